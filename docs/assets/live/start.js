// Finds the places for a playground on a page, and loads what one needs when it comes near; until
// then, and without a script, what is written there stays.
import { read } from "../data.js";

const NEAR = "400px";

/**
 * The links of a playground that another page has, as it alone knows which reports there are; true
 * if there is one.
 * @param {HTMLElement} host
 * @param {string} from
 */
async function borrowed(host, from) {
  const address = new URL(from, document.baseURI);
  const answer = await read(address).catch(() => null);
  if (!answer?.ok) return false;
  const links = [
    ...new DOMParser()
      .parseFromString(await answer.text(), "text/html")
      .querySelectorAll("[data-live] a"),
  ];
  for (const name of ["rg-live-full", "rg-live-data"]) {
    const found = links.find((link) => link.classList.contains(name));
    const link = document.createElement("a");
    if (!found) return false;
    link.className = name;
    link.href = new URL(found.getAttribute("href") ?? "", address).href;
    host.append(link);
  }
  return true;
}

/** @param {HTMLElement} host */
async function start(host) {
  if (host.dataset.from && !(await borrowed(host, host.dataset.from))) {
    host.remove();
    return;
  }
  const link = /** @type {HTMLAnchorElement | null} */ (host.querySelector("a.rg-live-data"));
  if (!link) return;
  const small = host.dataset.live === "small";
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  host.append(status);
  try {
    const [{ Network }, { Playground }] = await Promise.all([
      import("./network.js"),
      import("./playground.js"),
    ]);
    const net = await Network.load(link.href);
    const weights = await net.seed(0);
    const place = document.createElement("div");
    const full =
      /** @type {HTMLAnchorElement | null} */ (host.querySelector("a.rg-live-full"))?.href ?? "";
    const kept = [...host.childNodes];
    new Playground(place, net, weights, { small, hash: location.hash, full });
    // what was written goes only when all has worked
    for (const node of kept) node.remove();
    host.append(place);
    host.dataset.started = "true";
  } catch (error) {
    status.setAttribute("role", "alert");
    const reason = error instanceof Error ? error.message : error;
    status.textContent = `The playground did not start: ${reason}.`;
  }
}

for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (
  document.querySelectorAll("a.rg-open[data-ids]")
))
  link.hash = `ids=${link.dataset.ids}`;

const hosts = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-live]")]);
if (hosts.length) {
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = new URL("live.css", import.meta.url).href;
  document.head.append(sheet);
  const watch = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries)
        if (isIntersecting) {
          watch.unobserve(target);
          start(/** @type {HTMLElement} */ (target));
        }
    },
    { rootMargin: NEAR },
  );
  for (const host of hosts) watch.observe(host);
}
