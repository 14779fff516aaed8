/**
 * Where menus and popovers are put in the document: what stands outside of all landmarks is missed
 * by who moves from one to the next. Looked up when one opens.
 */
export const mainLandmark = {
  get current(): HTMLElement | null {
    return document.getElementById('main');
  },
};
