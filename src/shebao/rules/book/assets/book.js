// Search over names.js, on the page itself: no server and no request.  `/` goes to the field, arrows and Enter choose.
"use strict";
(() => {
  const field = document.getElementById("search");
  const found = document.getElementById("found");
  const told = document.getElementById("told");
  const root = document.body.dataset.root;
  const most = 40;
  // One spelling for what people type: case, full-width letters and the brackets of document numbers do not matter.
  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/[〔\[(【]/g, "(").replace(/[〕\])】]/g, ")").replace(/_/g, " ");
  const names = (window.NAMES || []).map(([what, zh, en, name, page, docs]) => ({
    what, zh, en, name, page,
    keys: [zh, name, en, docs].map(plain),
  }));
  let chosen = -1;

  // The sooner and the earlier in the list of keys a word stands, the better; 0 is nowhere.
  const worth = (entry, word) => {
    let best = 0;
    entry.keys.forEach((key, k) => {
      const at = key.indexOf(word);
      if (at < 0) return;
      const whole = key === word ? 60 : at === 0 ? 30 : 10;
      best = Math.max(best, whole + 8 - 2 * k - Math.min(at, 6) / 10 - Math.min(key.length, 90) / 100);
    });
    return best;
  };

  const search = (text) => {
    const words = plain(text).split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const scored = [];
    for (const entry of names) {
      let sum = 0;
      for (const word of words) {
        const one = worth(entry, word);
        if (!one) { sum = 0; break; }
        sum += one;
      }
      if (sum) scored.push([sum, entry]);
    }
    return scored.sort((a, b) => b[0] - a[0]).map((pair) => pair[1]);
  };

  const address = (page) => {
    const [path, anchor] = page.split("#");
    return root + encodeURI(path) + (anchor ? "#" + encodeURIComponent(anchor) : "");
  };

  const choose = (k) => {
    const rows = found.children;
    if (rows[chosen]) rows[chosen].setAttribute("aria-selected", "false");
    chosen = rows.length ? (k + rows.length) % rows.length : -1;
    if (chosen < 0) { field.removeAttribute("aria-activedescendant"); return; }
    rows[chosen].setAttribute("aria-selected", "true");
    rows[chosen].scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", rows[chosen].id);
  };

  const close = () => {
    found.hidden = true;
    chosen = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };

  const show = () => {
    if (!field.value.trim()) { close(); told.textContent = ""; return; }
    const hits = search(field.value);
    chosen = -1;
    field.removeAttribute("aria-activedescendant");
    found.replaceChildren(...hits.slice(0, most).map((entry, k) => {
      const row = document.createElement("li");
      row.id = "found-" + k;
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", "false");
      const link = document.createElement("a");
      link.href = address(entry.page);
      link.tabIndex = -1;
      const what = document.createElement("span");
      what.className = "what";
      what.textContent = entry.what;
      const zh = document.createElement("b");
      zh.textContent = entry.zh;
      const en = document.createElement("span");
      en.className = "en";
      en.lang = "en";
      en.textContent = [entry.en, entry.name].filter(Boolean).join(" · ");
      link.append(what, zh, " ", en);
      row.append(link);
      return row;
    }));
    const words = hits.length ? `${hits.length} 项` + (hits.length > most ? `，显示前 ${most} 项` : "") : "没有找到，请换个说法";
    told.textContent = words;
    if (!hits.length) {
      const row = document.createElement("li");
      row.className = "none";
      row.textContent = words;
      found.replaceChildren(row);
    }
    found.hidden = false;
    field.setAttribute("aria-expanded", "true");
  };

  field.addEventListener("input", show);
  field.addEventListener("focus", show);
  field.addEventListener("keydown", (event) => {
    const links = found.querySelectorAll("a");
    if (event.key === "ArrowDown" && links.length) { event.preventDefault(); choose(chosen + 1); }
    else if (event.key === "ArrowUp" && links.length) { event.preventDefault(); choose(chosen < 0 ? -1 : chosen - 1); }
    else if (event.key === "Escape") { close(); }
    else if (event.key === "Enter" && links.length && !found.hidden) {
      event.preventDefault();
      location.href = links[Math.max(chosen, 0)].href;
      close();
    }
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("form[role=search]")) close();
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  });
  // Without this script the form leads to the index; with it, a query in the address is searched for.
  const asked = new URLSearchParams(location.search).get("q");
  if (asked) { field.value = asked; field.focus(); show(); }
})();
