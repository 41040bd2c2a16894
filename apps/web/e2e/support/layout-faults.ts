/**
 * Measures the drawn text of the page, and returns its layout faults. It runs in the browser, so it
 * must not import anything.
 *
 * @returns one sentence for each fault
 */
export function layoutFaults(): string[] {
  const TOLERANCE = 1.5;
  /**
   * Maximum length of a word that must not break; each line of a longer word needs at least this
   * many characters.
   */
  const WORD = 20;
  const MIN_ON_A_LINE = 10;
  const ROWS = 'main :is(li, tbody tr, dl > div)';
  const faults = new Set<string>();
  /** The elements of the document's body, and those that an open `shadowRoot` draws. */
  const shadows = [...document.querySelectorAll('body *')].flatMap(
    ({ shadowRoot }) => shadowRoot ?? [],
  );
  const trees: readonly ParentNode[] = [document.body, ...shadows];

  interface Item {
    readonly name: string;
    readonly element: Element;
    readonly rects: readonly DOMRect[];
    /** The button, for an item that measures a whole button in addition to its text. */
    readonly button?: Element;
  }

  const boxes = new Map<Element, DOMRect>();
  const styles = new Map<Element, CSSStyleDeclaration>();
  const remembered = <Value>(
    known: Map<Element, Value>,
    element: Element,
    find: (element: Element) => Value,
  ): Value => {
    const value = known.get(element) ?? find(element);
    known.set(element, value);
    return value;
  };
  const boxOf = (element: Element) =>
    remembered(boxes, element, (one) => one.getBoundingClientRect());
  const styleOf = (element: Element) => remembered(styles, element, (one) => getComputedStyle(one));

  const quote = (text: string | null) =>
    `“${(text ?? '').replace(/\s+/g, ' ').trim().slice(0, 40)}”`;
  const isHidden = (element: Element) =>
    !element.checkVisibility({ visibilityProperty: true }) || isForScreenReaders(element);

  function isForScreenReaders(element: Element): boolean {
    for (let at: Element | null = element; at; at = at.parentElement)
      if (styleOf(at).clipPath.startsWith('inset(50%')) return true;
    return false;
  }

  /** Returns the part of a rectangle that the ancestors with `overflow: hidden` show. */
  function visiblePart(rect: DOMRect, element: Element): DOMRect {
    let { left, right } = rect;
    for (let at: Element | null = element; at; at = at.parentElement) {
      const style = styleOf(at);
      if (style.overflowX === 'visible' || style.display === 'inline') continue;
      const box = boxOf(at);
      if (
        rect.right > box.right + TOLERANCE &&
        style.overflowX === 'hidden' &&
        style.textOverflow !== 'ellipsis'
      )
        faults.add(`${quote(element.textContent)} is cut off without an ellipsis`);
      left = Math.max(left, box.left);
      right = Math.min(right, box.right);
    }
    return new DOMRect(left, rect.top, Math.max(0, right - left), rect.height);
  }

  function linesOf(range: Range): number {
    const middles = [...range.getClientRects()]
      .filter(({ width }) => width > 0)
      .map(({ top, height }) => top + height / 2);
    return middles
      .toSorted((a, b) => a - b)
      .filter((middle, index, all) => index === 0 || middle - (all[index - 1] ?? 0) > 4).length;
  }

  function checkWords(node: Text): void {
    const range = document.createRange();
    range.selectNodeContents(node);
    if (linesOf(range) < 2) return;
    for (const { 0: word, index } of node.data.matchAll(/[^\s\u00ad\u200b\-–—/]+/gu)) {
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const lines = linesOf(range);
      const most = word.length <= WORD ? 1 : Math.ceil(word.length / MIN_ON_A_LINE);
      if (lines > most) faults.add(`${quote(word)} is broken over ${lines} lines`);
    }
  }

  function itemOf(node: Text): Item | null {
    const element = node.parentElement;
    if (!element || node.data.trim() === '' || isHidden(element)) return null;
    checkWords(node);
    const range = document.createRange();
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()]
      .filter(({ width }) => width > 0)
      .map((rect) => visiblePart(rect, element));
    return { name: quote(node.data), element, rects };
  }

  function textItems(root: Node): Item[] {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const items: Item[] = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const item = node.parentElement?.closest('script, style, title')
        ? null
        : itemOf(node as Text);
      if (item) items.push(item);
    }
    return items;
  }

  const meet = (a: DOMRect, b: DOMRect) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > TOLERANCE &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2 * TOLERANCE;

  function checkOverlap(items: readonly Item[]): void {
    for (const [index, a] of items.entries())
      for (const b of items.slice(index + 1)) {
        if (a.button?.contains(b.element) || b.button?.contains(a.element)) continue;
        if (a.rects.some((one) => b.rects.some((other) => meet(one, other))))
          faults.add(`${a.name} lies over ${b.name}`);
      }
  }

  function checkRow(row: Element, all: readonly Item[]): void {
    const box = boxOf(row);
    const texts = all.filter(({ element }) => row.contains(element));
    for (const { name, rects } of texts)
      if (
        rects.some(
          ({ left, right, top, bottom }) =>
            left < box.left - TOLERANCE ||
            right > box.right + TOLERANCE ||
            top < box.top - TOLERANCE ||
            bottom > box.bottom + TOLERANCE,
        )
      )
        faults.add(`${name} is outside its row`);
    const buttons = [...row.querySelectorAll('button')].filter((button) => !isHidden(button));
    checkOverlap([
      ...texts,
      ...buttons.map((button) => ({
        name: `the button ${quote(button.textContent)}`,
        element: button,
        rects: [boxOf(button)],
        button,
      })),
    ]);
    const next = row.nextElementSibling;
    if (next && meet(box, boxOf(next)))
      faults.add(`the row ${quote(row.textContent)} lies over the next`);
    for (const cell of row.querySelectorAll('td[data-label]')) checkLabel(cell, texts);
  }

  /** Checks that, on a narrow page, a cell starts with the label of its column. */
  function checkLabel(cell: Element, texts: readonly Item[]): void {
    const label = getComputedStyle(cell, '::before');
    if (label.content === 'none') return;
    const end = boxOf(cell).left + Number.parseFloat(label.width);
    const start = Math.min(
      ...texts
        .filter(({ element }) => cell.contains(element))
        .flatMap(({ rects }) => rects.map(({ left }) => left)),
    );
    if (start < end + 8)
      faults.add(`${quote(cell.textContent)} touches its label ${label.content}`);
  }

  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth)
    faults.add(`the page scrolls sideways by ${root.scrollWidth - root.clientWidth} px`);
  for (const element of trees.flatMap((tree) => [...tree.querySelectorAll('*')]))
    if (
      element.scrollWidth > element.clientWidth + 1 &&
      /auto|scroll/.test(styleOf(element).overflowX)
    )
      faults.add(`a ${element.localName} scrolls sideways`);

  const items = trees.flatMap(textItems);
  for (const { name, rects } of items)
    if (rects.some(({ left, right }) => left < -TOLERANCE || right > root.clientWidth + TOLERANCE))
      faults.add(`${name} is outside the page`);
  const rows = [
    document.querySelectorAll(ROWS),
    ...shadows.map((tree) => tree.querySelectorAll('li')),
  ];
  for (const row of rows.flatMap((list) => [...list]))
    if (row.checkVisibility()) checkRow(row, items);
  return [...faults];
}
