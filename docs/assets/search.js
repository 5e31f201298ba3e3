// The theme asks for the index of its search on every page, and that weighs more than the page.
// This script runs before the theme's, and has that request wait until the search is opened.
(() => {
  const self = /** @type {HTMLScriptElement} */ (document.currentScript);
  const index = new URL("../search/search_index.json", self.src).href;
  const { open } = XMLHttpRequest.prototype;

  XMLHttpRequest.prototype.open = function (method, address, ...more) {
    open.call(this, method, address, ...more);
    if (new URL(address, document.baseURI).href === index)
      this.send = () => whenWanted(() => XMLHttpRequest.prototype.send.call(this));
  };

  /**
   * Where words that were searched for are to be marked on the page, that is now.
   * @param {() => void} go
   */
  function whenWanted(go) {
    const opens = document.querySelector("[data-md-toggle=search]");
    const searched = new URLSearchParams(location.search).has("h");
    if (!(opens instanceof HTMLInputElement) || opens.checked || searched) go();
    else opens.addEventListener("change", go, { once: true });
  }
})();
