// The map: places with their number of events, near ones put together, over a base map that comes with the page.
import * as L from "./vendor.js";

const colours = (node) => {
  const style = getComputedStyle(node);
  return Object.fromEntries(["--land", "--border", "--faint"].map((name) => [name.slice(2), style.getPropertyValue(name).trim()]));
};

/** Outlines that go over the date line go on beyond 180 degrees; one that goes round the pole is closed below the map. */
function flat(world) {
  for (const { geometry } of world.features) {
    for (const polygon of geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates) {
      for (const ring of polygon) {
        let shift = 0;
        ring.forEach((point, n) => {
          const step = n ? point[0] + shift - ring[n - 1][0] : 0;
          if (Math.abs(step) > 180) shift -= 360 * Math.sign(step);
          point[0] += shift;
        });
        if (shift) ring.push([ring.at(-1)[0], -90], [ring[0][0], -90]);
      }
    }
  }
  return world;
}

/** Put a map into `node`; `chosen(box)` is told which area the list should show: "west,south,east,north". */
export function showMap(node, chosen) {
  node.replaceChildren();
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(node, {
    renderer: L.canvas({ padding: 0.5 }), attributionControl: true, minZoom: 1, maxZoom: 11, worldCopyJump: false,
    maxBounds: [[-85, -200], [85, 200]], zoomAnimation: !calm, fadeAnimation: !calm, markerZoomAnimation: !calm, inertia: !calm,
  }).setView([20, 20], 2);
  map.attributionControl.setPrefix(false);
  map.attributionControl.addAttribution("Natural Earth");
  const markers = L.layerGroup().addTo(map);
  const names = L.layerGroup().addTo(map);
  const index = new L.Supercluster({
    radius: 70, maxZoom: 11, map: ({ events, name }) => ({ events, name }), reduce: (all, one) => { all.events += one.events; },
  });
  let labels = [];
  let loaded = false;

  fetch("/static/world.json").then((answer) => answer.json()).then((world) => {
    const ink = colours(node);
    const { countries } = world.objects;
    L.geoJSON(flat(L.feature(world, countries)), {
      interactive: false, style: { color: ink.border, weight: 0.8, fillColor: ink.land, fillOpacity: 1 },
    }).addTo(map).bringToBack();
    ({ labels } = world);
    name();
    node.dataset.base = "shown";
  });

  /** Names of countries, where there is room for them: a square degree is 0.5 pixels wide at zoom 0. */
  function name() {
    names.clearLayers();
    const room = map.getBounds();
    const scale = 0.71 * 2 ** map.getZoom();
    for (const [text, x, y, area] of labels) {
      if (Math.sqrt(area) * scale < 9 * text.length) continue;
      if (room.contains([y, x])) {
        const label = L.tooltip({ permanent: true, direction: "center", className: "country", interactive: false });
        names.addLayer(label.setLatLng([y, x]).setContent(textOf(text)));
        label.getElement().setAttribute("aria-hidden", "true"); // a picture's lettering, not a list to be read out
      }
    }
  }

  function textOf(text) {
    const span = document.createElement("span");
    span.textContent = text;
    return span;
  }

  /** Draw the clusters of what can be seen. */
  function draw() {
    if (!loaded) return;
    const focus = markers.getLayers().find((each) => each.getElement() === document.activeElement);
    const kept = focus && focus.getLatLng();
    markers.clearLayers();
    const room = map.getBounds().pad(0.1);
    const found = index.getClusters([room.getWest(), room.getSouth(), room.getEast(), room.getNorth()], Math.round(map.getZoom()));
    for (const { geometry, properties } of found) markers.addLayer(markOf(geometry.coordinates, properties));
    if (kept) nearest(kept)?.getElement()?.focus({ preventScroll: true });
  }

  const nearest = (place) => markers.getLayers().reduce(
    (best, each) => (!best || each.getLatLng().distanceTo(place) < best.getLatLng().distanceTo(place) ? each : best), null,
  );

  function markOf([longitude, latitude], properties) {
    const { events, cluster, cluster_id: id, point_count: places } = properties;
    const size = Math.round(22 + 7 * Math.log10(events));
    const disc = textOf(events < 10_000 ? events : `${Math.round(events / 1000)}k`);
    disc.className = "cluster";
    disc.style.width = disc.style.height = `${size}px`;
    const what = `${events.toLocaleString("en")} event${events === 1 ? "" : "s"}`;
    const label = cluster ? `${what} at ${places} places` : `${what}: ${properties.name || "place without a name"}`;
    const mark = L.marker([latitude, longitude], {
      icon: L.divIcon({ html: disc, className: "", iconSize: [size, size] }), riseOnHover: true, keyboard: true,
    });
    mark.bindTooltip(textOf(label));
    const open = () => {
      const closer = cluster ? index.getClusterExpansionZoom(id) : null;
      if (closer !== null && closer <= map.getMaxZoom()) map.setView([latitude, longitude], closer);
      else chosen(around(cluster ? index.getLeaves(id, Infinity) : [{ geometry: { coordinates: [longitude, latitude] } }]));
    };
    mark.on("click", open);
    mark.on("add", () => {
      const element = mark.getElement();
      element.setAttribute("aria-label", cluster ? `${label}; zoom in` : `${label}; list them`);
      element.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        open();
      });
    });
    return mark;
  }

  const around = (points) => {
    const xs = points.map((point) => point.geometry.coordinates[0]);
    const ys = points.map((point) => point.geometry.coordinates[1]);
    return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)].map((value) => +value.toFixed(5)).join();
  };

  const button = document.createElement("button");
  button.type = "button";
  button.className = "button area";
  button.textContent = "List what the map shows";
  button.addEventListener("click", () => {
    const room = map.getBounds();
    chosen([room.getWest(), room.getSouth(), room.getEast(), room.getNorth()].map((value) => value.toFixed(3)).join());
  });
  L.DomEvent.disableClickPropagation(button);
  node.querySelector(".leaflet-top.leaflet-right").append(button);

  map.on("moveend", () => { draw(); name(); });

  return {
    /** Show the places of the events that the filters name; zoom to them when they come first, or an area was chosen. */
    async load(search) {
      const query = new URLSearchParams(search);
      for (const unused of ["page", "sort"]) query.delete(unused);
      const answer = await fetch(`/map.json?${query}`);
      if (!answer.ok) return;
      const { latitude, longitude, name, events } = await answer.json();
      index.load(latitude.map((y, n) => ({
        type: "Feature", geometry: { type: "Point", coordinates: [longitude[n], y] }, properties: { events: events[n], name: name[n] },
      })));
      if (latitude.length) {
        const seen = L.latLngBounds(latitude.map((y, n) => [y, longitude[n]]));
        if (!loaded || !map.getBounds().intersects(seen)) map.fitBounds(seen, { padding: [30, 30], maxZoom: 7, animate: false });
      }
      loaded = true;
      draw();
      node.dataset.places = latitude.length;
    },
  };
}
