// Saves a draft while it is being written. Without this script the form is saved by its buttons.
(function () {
  "use strict";
  var form = document.querySelector("form[data-autosave]");
  if (!form || !window.fetch) { return; }
  var status = form.querySelector("[data-autosave-status]");
  var timer = null, running = false, again = false, stopped = false;

  function save() {
    if (stopped) { return; }
    if (running) { again = true; return; }
    running = true;
    fetch(form.action || window.location.href, {
      method: "POST", body: new FormData(form), credentials: "same-origin",
      headers: { "X-Requested-With": "autosave" }
    }).then(function (answer) {
      return answer.json().then(function (data) {
        if (answer.ok) {
          form.elements.base_version.value = data.version;
          status.textContent = status.dataset.saved + " " + new Date().toTimeString().slice(0, 5);
        } else if (answer.status === 409) {
          stopped = true;
          status.textContent = status.dataset.failed;
        }
      });
    }).catch(function () { /* no connection: the buttons still work later */ }).then(function () {
      running = false;
      if (again) { again = false; save(); }
    });
  }
  form.addEventListener("input", function () { window.clearTimeout(timer); timer = window.setTimeout(save, 1500); });
  form.addEventListener("submit", function () { stopped = true; window.clearTimeout(timer); });
})();
