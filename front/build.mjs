// Makes ../pipelines/serve/static/vendor.js, vendor.css, world.json and vendor-licenses.txt out of the packages that package-lock.json pins.
import { readFile, writeFile } from "node:fs/promises";
import { build } from "esbuild";
import { feature } from "topojson-client";

const here = new URL(".", import.meta.url);
const from = (path) => readFile(new URL(`node_modules/${path}`, here), "utf8");
const to = (name, text) => writeFile(new URL(`../pipelines/serve/static/${name}`, here), text);

await build({
  entryPoints: ["vendor.js"], outfile: "../pipelines/serve/static/vendor.js", bundle: true, format: "esm", minify: true,
  target: "es2022", legalComments: "none", absWorkingDir: here.pathname,
});
// the pictures that the style sheet names are those of controls and markers we do not use
await to("vendor.css", (await from("leaflet/dist/leaflet.css")).replace(/^[^\n]*url\([^\n]*\n/gm, ""));

// Natural Earth 1:50m: the outlines without what else there is, and where each country's name goes
const world = JSON.parse(await from("world-atlas/countries-50m.json"));
const area = (ring) => ring.reduce((sum, [x, y], n) => {
  const [x2, y2] = ring[(n + 1) % ring.length];
  return sum + (x * y2 - x2 * y) / 2;
}, 0);
const middle = (ring) => {
  let [x, y] = [0, 0];
  ring.forEach(([x1, y1], n) => {
    const [x2, y2] = ring[(n + 1) % ring.length];
    const part = (x1 * y2 - x2 * y1) / (6 * area(ring));
    x += (x1 + x2) * part;
    y += (y1 + y2) * part;
  });
  return [x, y].map((value) => Math.round(value * 10) / 10);
};
const labels = feature(world, world.objects.countries).features.map(({ geometry, properties }) => {
  const rings = (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates).map(([outer]) => outer);
  const largest = rings.reduce((one, two) => (Math.abs(area(one)) > Math.abs(area(two)) ? one : two));
  const [x, y] = middle(largest);
  return [properties.name, x, y, Math.round(Math.abs(area(largest)) * 10) / 10];
}).sort((one, two) => two[3] - one[3]);
for (const country of world.objects.countries.geometries) {
  delete country.properties;
  delete country.id;
}
delete world.objects.land;
await to("world.json", JSON.stringify({ ...world, labels }));

const licences = [];
for (const name of ["leaflet", "supercluster", "kdbush", "topojson-client", "world-atlas"]) {
  const about = JSON.parse(await from(`${name}/package.json`));
  licences.push(`${name} ${about.version} (${about.license})\n\n${(await from(`${name}/LICENSE`)).trim()}\n`);
}
await to("vendor-licenses.txt", `${licences.join(`\n${"-".repeat(78)}\n\n`)}\nThe base map is made with Natural Earth (public domain).\n`);
