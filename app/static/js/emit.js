// How modules that do not know each other hear of one another.

/** Answers false where a listener has taken it over (`preventDefault`). */
export const emit = (kind, detail) => document.dispatchEvent(new CustomEvent(kind, { detail, cancelable: true }));
