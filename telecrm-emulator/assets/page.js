// Updates the page. The server renders it. On every event, this script fetches the page again and
// replaces the changed parts. Other nodes stay unchanged, so that focus, selection, scroll position
// and opened details are preserved.
"use strict";

(() => {
  const live = document.getElementById("live");
  const news = document.getElementById("news");
  let busy = false;
  let again = false;
  let announcedAt = 0;

  function state(name, word) {
    live.dataset.state = name;
    live.querySelector(".word").textContent = word;
  }

  // Copies the open state of details to the node that replaces theirs.
  function keepOpen(old, fresh) {
    for (const details of old.querySelectorAll("details[data-keep]")) {
      const key = CSS.escape(details.dataset.keep);
      const replacement = fresh.querySelector(`details[data-keep="${key}"]`);
      if (replacement) replacement.open = details.open;
    }
  }

  function list(old, fresh) {
    const known = new Map();
    for (const node of old.children) known.set(node.dataset.key, node);
    let at = old.firstElementChild;
    for (const node of [...fresh.children]) {
      let current = known.get(node.dataset.key);
      known.delete(node.dataset.key);
      if (current && current.dataset.version !== node.dataset.version) {
        const next = document.adoptNode(node);
        keepOpen(current, next);
        const focused = current.contains(document.activeElement);
        if (at === current) at = next;
        current.replaceWith(next);
        if (focused) (next.querySelector("a, summary, button") || next).focus();
        current = next;
      } else if (!current) {
        current = document.adoptNode(node);
      }
      if (current === at) {
        at = at.nextElementSibling;
      } else {
        old.insertBefore(current, at);
      }
    }
    for (const node of known.values()) node.remove();
  }

  function put(next) {
    for (const part of document.querySelectorAll("[data-live]")) {
      const fresh = next.getElementById(part.id);
      if (!fresh) continue;
      if (part.dataset.live === "list") {
        list(part, fresh);
      } else if (part.innerHTML !== fresh.innerHTML) {
        part.replaceChildren(...[...fresh.childNodes].map((node) => document.adoptNode(node)));
      }
    }
    const newest = document.querySelector("#delivery-list [data-say]");
    // Under load, a screen reader announces at most one delivery in two seconds.
    if (newest && Date.now() - announcedAt > 2000 && news.textContent !== newest.dataset.say) {
      announcedAt = Date.now();
      news.textContent = newest.dataset.say;
    }
  }

  async function refresh() {
    again = true;
    if (busy) return;
    busy = true;
    while (again) {
      again = false;
      try {
        const response = await fetch(location.href, { cache: "no-store" });
        if (response.ok) put(new DOMParser().parseFromString(await response.text(), "text/html"));
      } catch {
        // The emulator has stopped. The event stream reports this, and the reconnection.
      }
    }
    busy = false;
  }

  function show(url) {
    history.pushState(null, "", url);
    fill();
    refresh();
  }

  // Copies the filters of the address into the search form.
  const find = document.getElementById("find");
  function fill() {
    const query = new URLSearchParams(location.search);
    find.elements.find.value = query.get("find") || "";
    find.elements.drop.value = query.get("drop") || "";
  }

  async function copy(link) {
    const response = await fetch(link.href);
    const text = await response.text();
    // Without a clipboard (an address that is not loopback), the command itself is shown.
    if (!response.ok || !navigator.clipboard) return void location.assign(link.href);
    await navigator.clipboard.writeText(text);
    link.textContent = "copied";
    news.textContent = "The curl command was copied.";
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-filter], a[data-copy]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (link.hasAttribute("data-copy")) {
      copy(link).catch(() => location.assign(link.href));
    } else {
      show(link.href);
    }
  });
  find.addEventListener("submit", (event) => {
    event.preventDefault();
    const query = new URLSearchParams();
    for (const [key, value] of new FormData(find)) if (value) query.set(key, value);
    show(`/?${query}`);
  });
  addEventListener("popstate", () => {
    fill();
    refresh();
  });

  const events = new EventSource("/emulator/events");
  events.addEventListener("open", () => state("on", "live"));
  events.addEventListener("error", () => state("off", "reconnecting…"));
  events.addEventListener("change", refresh);
})();
