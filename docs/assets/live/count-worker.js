// The count beside the page, so that it stays alive: takes a Question and posts {kind: "progress",
// share}, then {kind: "counted", counted} or {kind: "refused", reason}. The page ends it with
// terminate().
import { CannotCount, count } from "./count.js";

const PAUSE = 50; // milliseconds between two words on the progress

self.onmessage = ({ data }) => {
  let last = 0;
  try {
    const counted = count(data, (share) => {
      if (performance.now() - last < PAUSE) return;
      last = performance.now();
      postMessage({ kind: "progress", share });
    });
    postMessage({ kind: "counted", counted });
  } catch (error) {
    if (!(error instanceof CannotCount)) throw error; // reaches the page as an error event
    postMessage({ kind: "refused", reason: error.message });
  }
};
