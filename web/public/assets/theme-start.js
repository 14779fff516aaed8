// The key and the values belong to web/lib/theme.ts.
try {
  const theme = localStorage.getItem('prixfixe.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage can be forbidden; the system's theme is shown then.
}
