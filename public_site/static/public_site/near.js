// "Near me": asks for the place only when the button is pressed, rounds it, and lets the server find the units.
(function () {
  var box = document.querySelector("[data-near]");
  if (!box || !navigator.geolocation) return;
  var button = box.querySelector("[data-near-button]");
  var status = box.querySelector("[data-near-status]");
  box.hidden = false;
  button.addEventListener("click", function () {
    status.textContent = button.dataset.wait;
    navigator.geolocation.getCurrentPosition(
      function (position) {
        var at = position.coords.latitude.toFixed(2) + "," + position.coords.longitude.toFixed(2);
        var query = new URLSearchParams(button.form ? new FormData(button.form) : undefined);
        Array.from(query.keys()).forEach(function (key) { if (key.indexOf("wilayah") === 0 || !query.get(key)) query.delete(key); });
        query.set("dekat", at);
        window.location.assign(button.dataset.url + "?" + query);
      },
      function () { status.textContent = button.dataset.refused; },
      { timeout: 10000, maximumAge: 600000 }
    );
  });
})();
