// Files that a page reads beside itself. A page that was opened from a file may not fetch any:
// there, a script lies beside each, laid by `reportgen offline`, which holds its bytes.

/**
 * What fetch answers. Errors: as of fetch; of a page opened from a file, an Error that says what is
 * not there.
 * @param {string | URL} address
 */
export function read(address) {
  const url = new URL(address, document.baseURI);
  return fromFile() ? outOfScript(url) : fetch(url);
}

/** Where a film can be played from: an address at which all of it is near. @param {string} film */
export async function near(film) {
  if (fromFile()) return film;
  const answer = await fetch(film);
  if (!answer.ok) throw new Error(answer.statusText);
  return URL.createObjectURL(new Blob([await answer.blob()], { type: "video/mp4" }));
}

const fromFile = () => location.protocol === "file:";

/** @param {URL} url */
async function outOfScript(url) {
  const file = url.pathname.endsWith("/") ? `${url.pathname}index.html` : url.pathname;
  const script = /** @type {HTMLScriptElement & {held?: string}} */ (
    document.createElement("script")
  );
  script.src = `file://${url.host}${file}.js`;
  await new Promise((done, wrong) => {
    script.onload = done;
    script.onerror = () =>
      wrong(new Error(`${decodeURI(file).split("/").at(-1)} cannot be read from here`));
    document.head.append(script);
  });
  script.remove();
  return new Response(Uint8Array.from(atob(script.held ?? ""), (c) => c.charCodeAt(0)));
}
