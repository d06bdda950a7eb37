export { canvas, divIcon, DomEvent, geoJSON, latLngBounds, layerGroup, map, marker, tooltip } from "leaflet";
export { default as Supercluster } from "supercluster";
export { feature } from "topojson-client";
