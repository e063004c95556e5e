// What has the focus may not lie hidden under the banner (WCAG 2.4.11): the page scrolls that much further.

/**
 * Keeps room at the end of the page for those of `surfaces` that lie over it: what is scrolled into view stops above
 * them, and so can what stands last on the page. Returns the function that gives the room back.
 */
export function keepRoom(surfaces: HTMLElement[]): () => void {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  const observer = new ResizeObserver(() => {
    const covered = surfaces
      .filter((surface) => getComputedStyle(surface).position === 'fixed')
      .map((surface) => surface.getBoundingClientRect())
      .filter(({ height }) => height > 0)
      .map(({ top }) => document.documentElement.clientHeight - top);
    const room = `${Math.ceil(Math.max(0, ...covered))}px`;
    sheet.replaceSync(
      `:root { scroll-padding-block-end: ${room} } :root::after { content: ''; display: block; height: ${room} }`,
    );
  });
  for (const surface of surfaces) observer.observe(surface);
  return () => {
    observer.disconnect();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((other) => other !== sheet);
  };
}
