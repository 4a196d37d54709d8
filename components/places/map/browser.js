// Runs in the page, with Leaflet: puts a map that moves in the place of the drawing. Without it, the drawing stays.
const data = JSON.parse(document.getElementById("lieux").textContent);
const element = document.getElementById("carte");
element.hidden = false;
document.getElementById("dessin").hidden = true;

const map = L.map(element, {
  attributionControl: false,
  zoomControl: false,
  zoomAnimation: false,
  fadeAnimation: false,
});
L.control.zoom({ zoomInTitle: "Zoomer", zoomOutTitle: "Dézoomer" }).addTo(map);
const turned = ([longitude, latitude]) => [latitude, longitude];
const rings = (area) => area.map((polygon) => polygon.map((ring) => ring.map(turned)));

/** A popup of text alone: nothing of it is read as HTML. */
function words(name, text) {
  const box = document.createElement("div");
  const strong = document.createElement("strong");
  strong.textContent = name;
  box.append(strong, document.createElement("br"), text);
  return box;
}

const quarters = L.featureGroup(
  data.quarters.map(({ area }) =>
    L.polygon(rings(area), {
      color: "#6b6b63",
      weight: 1.5,
      fillColor: "#f1f1ec",
      fillOpacity: 1,
      interactive: false,
    }),
  ),
);
// Circles in metres need to know where the map looks.
map.fitBounds(quarters.getBounds());
quarters.addTo(map);
for (const { position, metres } of data.hotspots) {
  L.circle(turned(position), {
    radius: metres,
    color: "#2b6cb0",
    weight: 1,
    fillColor: "#9cc3f0",
    fillOpacity: 0.8,
    interactive: false,
  }).addTo(map);
}
for (const { name, text, area } of data.zones) {
  L.polygon(rings(area), { color: "#7a1f5c", weight: 2, fillOpacity: 0.25, dashArray: "4 3" })
    .bindPopup(words(name, text), { closeButton: false })
    .addTo(map);
}
for (const { name, text, position, always } of data.hotspots) {
  L.circleMarker(turned(position), {
    radius: 6,
    color: "#12365f",
    weight: 2,
    fillColor: always ? "#12365f" : "#fff",
    fillOpacity: 1,
  })
    .bindPopup(words(name, text), { closeButton: false })
    .addTo(map);
}
for (const { name, text, position } of data.spaces) {
  L.circleMarker(turned(position), {
    radius: 8,
    color: "#fff",
    weight: 2,
    fillColor: "#b45309",
    fillOpacity: 1,
  })
    .bindPopup(words(name, text), { closeButton: false })
    .addTo(map);
}
