// What cannot wait for the page's own code: the theme, so that a chosen one never flashes, and the
// answers that the first picture shows, so that they travel beside the code and not after it.

// The key and the values belong to web/lib/theme.ts.
try {
  const theme = localStorage.getItem('prixfixe.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage can be forbidden; the system's theme is shown then.
}

// Taken by web/lib/early-answers.ts where the address is, to the letter, one that the page asks for.
const { pathname, search } = location;
const asked = ['/api/overview', '/api/inboxes?limit=12', '/api/faults', '/api/server'];
if (/^\/messages\/[^/]+$/.test(pathname)) asked.unshift(`/api${pathname}`);
if (pathname === '/' || pathname.startsWith('/messages/')) {
  asked.unshift(`/api/messages${search === '' ? '?' : `${search}&`}limit=50`);
}
window.prixfixeEarly = new Map(
  asked.map((url) => {
    const answer = fetch(url, { headers: { accept: 'application/json' } });
    // Whoever takes it hears of a failure; nobody may.
    answer.catch(() => {});
    return [url, answer];
  }),
);
