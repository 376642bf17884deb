// Filter and search: hides whatever does not match. Without this script every page is shown whole.
(() => {
  const form = document.querySelector("form.filter");
  const items = [...document.querySelectorAll("[data-words]")];
  const groups = [...document.querySelectorAll("[data-group]")];
  const shown = (item) => {
    const asked = new FormData(form);
    const words = asked.get("words").toLowerCase().split(/\s+/).filter(Boolean);
    return (
      words.every((word) => item.dataset.words.includes(word)) &&
      [...asked].every(([name, value]) => name === "words" || !value || (item.dataset[name] ?? "").split("|").includes(value))
    );
  };
  const update = () => {
    for (const item of items) item.hidden = !shown(item);
    for (const group of groups) group.hidden = !group.querySelector("[data-words]:not([hidden])");
    const count = items.filter((item) => !item.hidden).length;
    form.querySelector("output").textContent = `${count} of ${items.length} shown`;
  };
  // A link to something hidden shows everything again.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target?.closest("[hidden]")) return;
    form.reset();
    update();
    target.scrollIntoView();
  };
  form.hidden = false;
  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", reveal);
  addEventListener("pageshow", update); // coming back, the browser fills the form in again, after this script ran
  update();
})();
