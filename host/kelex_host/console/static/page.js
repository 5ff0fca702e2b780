// What of the page lives in the browser: it keeps what the server says is so, sends what somebody asks for, and
// replaces panels without losing the focus. No library, no storage but the theme.
(() => {
  const state = { joints: {}, ghost: {}, eye: "#000000", effect: "steady", disk: false, stale: true, live: false, changes: 0 };
  const SEND_MS = 100;
  const told = { stale: true, gone: true, cut: false }; // what of what is seen is old, by the server and by us
  const held = new Map(); // sliders in somebody's hand: joint -> the timer of what is still to be sent
  const ask = (wish) => emit("kelex_order", wish);

  // The page is seen before it can reach the server: what is asked for until then is said not to be asked for.
  function emit(event, data) {
    if (state.live) window.emitEvent(event, data);
    else toast("error", document.getElementById("k-toasts").dataset.early);
  }

  function pose(change) {
    for (const [name, value] of Object.entries(change)) {
      if (name === "joints" || name === "ghost") Object.assign(state[name], value);
      else if (name in told) told[name] = value;
      else state[name] = value;
    }
    age();
    for (const slider of document.querySelectorAll("input[data-joint]")) {
      const joint = slider.dataset.joint;
      if (held.has(joint) || !(joint in state.joints)) continue;
      const angle = Math.round(state.joints[joint]);
      if (Number(slider.value) !== angle) slider.value = angle;
      read(slider, angle);
    }
  }

  function age() {
    state.stale = told.stale || told.cut;
    state.changes += 1; // the figure looks whether there is anything new
    document.body.classList.toggle("k-stale", state.stale);
    document.body.classList.toggle("k-gone", told.gone || told.cut);
    document.body.classList.toggle("k-cut", told.cut);
  }

  // Without the server nothing here is live, and nothing can be asked for.
  function cut(isCut) {
    told.cut = isCut;
    state.live = !isCut;
    const line = document.getElementById("k-cut");
    line.textContent = isCut ? line.dataset.text.replace("{time}", new Date().toLocaleTimeString("en-GB")) : "";
    age();
  }

  // The server is there. It sends the scene, which is long in coming, once this is seen and the browser has time.
  function live() {
    state.live = true;
    window.socket.on("disconnect", () => cut(true));
    window.socket.on("connect", () => cut(false));
    const later = window.requestIdleCallback || ((then) => setTimeout(then, SEND_MS));
    later(() => emit("kelex_live"), { timeout: 1000 });
  }

  function read(slider, angle) {
    const output = slider.closest(".k-joint")?.querySelector("output");
    const text = `${angle}°`;
    if (output && output.textContent !== text) output.textContent = text;
    slider.style.setProperty("--at", `${(100 * (angle - slider.min)) / (slider.max - slider.min)}%`);
  }

  // What somebody has typed and not sent yet outlives the panel that it stands in.
  const inputsOf = (panel) => [...panel.querySelectorAll("form :is(input, select, textarea)[name]")];
  const keyOf = (input) => [input.form.dataset.verb, input.form.dataset.do, input.name, input.type === "radio" && input.value].join();
  const isTyped = (input) =>
    ["checkbox", "radio"].includes(input.type) ? input.checked !== input.defaultChecked : input.value !== input.defaultValue;

  // What is focused in a panel is found again in the new one, by this.
  const nameOf = (one) => one.dataset.key || one.dataset.order || one.dataset.why || (one.form ? keyOf(one) : "");

  function put(id, html) {
    const panel = document.getElementById(id);
    if (!panel) return;
    const focused = panel.contains(document.activeElement) ? document.activeElement : null;
    const key = focused && nameOf(focused);
    const caret = focused?.matches("input:not([type])") && [focused.selectionStart, focused.selectionEnd];
    const typed = new Map(inputsOf(panel).filter(isTyped).map((input) => [keyOf(input), input]));
    panel.innerHTML = html;
    for (const input of inputsOf(panel)) {
      const before = typed.get(keyOf(input));
      if (before) Object.assign(input, ["checkbox", "radio"].includes(before.type) ? { checked: before.checked } : { value: before.value });
    }
    if (!key) return;
    const again = [...panel.querySelectorAll("button, input, select")].find((one) => nameOf(one) === key);
    again?.focus({ preventScroll: true });
    if (caret) again?.setSelectionRange(...caret);
  }

  function toast(kind, text) {
    const box = document.getElementById("k-toasts");
    if (!box) return;
    const line = Object.assign(document.createElement("div"), { className: `k-toast k-toast-${kind}`, textContent: text });
    box.append(line);
    while (box.children.length > 4) box.firstChild.remove();
    setTimeout(() => line.remove(), kind === "error" ? 9000 : 4000);
  }

  function move(slider) {
    const joint = slider.dataset.joint;
    read(slider, Number(slider.value));
    const waiting = held.get(joint);
    if (waiting?.timer) return void (waiting.again = true);
    const send = () => {
      ask({ scope: "drone", verb: "move", fields: { joints: { [joint]: Number(slider.value) } }, drag: true });
      const now = { again: false, timer: 0 };
      held.set(joint, now);
      now.timer = setTimeout(() => {
        now.timer = 0;
        if (now.again) send();
        else release(joint, now);
      }, SEND_MS);
    };
    send();
  }

  // A slider follows the drone again once its order is likely under way.
  function release(joint, entry) {
    setTimeout(() => held.get(joint) === entry && held.delete(joint), 900);
  }

  // A form's fields as JSON: numbers where the field says so, a checkbox as a boolean, empty ones left out.
  function fieldsOf(form) {
    const fields = {};
    for (const input of form.elements) {
      if (!input.name || (input.type === "radio" && !input.checked)) continue;
      if (input.type === "checkbox") fields[input.name] = input.checked;
      else if (input.value !== "") {
        const number = Number(input.value.replace(",", "."));
        fields[input.name] = input.dataset.kind === "number" && !Number.isNaN(number) ? number : input.value;
        if (input.dataset.kind === "boolean") fields[input.name] = input.value === "on";
      }
    }
    return fields;
  }

  // A new colour keeps the effect, and a new effect the colour.
  const whole = (wish) =>
    wish.verb === "eye" ? { ...wish, fields: { color: state.eye, effect: state.effect, ...wish.fields } } : wish;

  document.addEventListener("input", (event) => event.target.matches("input[data-joint]") && move(event.target));
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-filter]"))
      emit("kelex_filter", { [event.target.dataset.filter]: event.target.value });
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("select[data-choose]"))
      emit("kelex_choose", { [event.target.dataset.choose]: event.target.value });
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-order],[data-why],[data-do]");
    if (!button || button.disabled) return;
    if (button.dataset.order) ask(whole(JSON.parse(button.dataset.order)));
    else if (button.dataset.why) emit("kelex_why", { event_id: button.dataset.why });
    else if (button.dataset.do === "theme") theme(!document.body.classList.contains("body--dark"));
    else emit("kelex_choose", { [button.dataset.do]: button.dataset.value || "" });
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-verb]");
    if (!form) return;
    event.preventDefault();
    ask({ scope: form.dataset.scope, verb: form.dataset.verb, fields: fieldsOf(form) });
    form.querySelectorAll("[data-once]").forEach((input) => (input.value = ""));
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-do]");
    if (!form) return;
    event.preventDefault();
    emit("kelex_choose", { [form.dataset.do]: fieldsOf(form) });
    form.reset();
  });
  // Escape stops, wherever the focus is.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.repeat) ask({ scope: "drone", verb: "stop", fields: {} });
  });

  function theme(dark) {
    document.body.classList.toggle("body--dark", dark);
    document.body.classList.toggle("body--light", !dark);
    window.Quasar?.Dark.set(dark);
    try {
      localStorage.setItem("kelex-theme", dark ? "dark" : "light");
    } catch {
      // A browser that keeps nothing shows what its system prefers, next time.
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    let chosen = null;
    try {
      chosen = localStorage.getItem("kelex-theme");
    } catch {
      // as above
    }
    const system = matchMedia("(prefers-color-scheme: dark)");
    const apply = () => {
      const dark = chosen ? chosen === "dark" : system.matches;
      document.body.classList.toggle("body--dark", dark);
      document.body.classList.toggle("body--light", !dark);
      if (window.Quasar) window.Quasar.Dark.set(dark);
    };
    apply();
    system.addEventListener("change", () => !chosen && apply());
  });

  window.kelex = { state, pose, put, toast, live };
})();
