// Builds a DOM element. Text goes in as text nodes, so nothing that is shown can become markup.

/**
 * `attributes`: a function under `on…` becomes a listener, true an empty attribute; false, null and undefined are left
 * out. `children`: nodes or text; null and false are left out.
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === 'function') node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== false && child !== undefined));
  return node;
}
