/** What the shop shows. */

function page(title, body) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>
<style>body{font:16px/1.5 system-ui;max-width:32rem;margin:3rem auto;padding:0 1rem}label{display:block;margin:1rem 0}</style>
<h1>${title}</h1>${body}</html>`;
}

export function home(customer) {
  if (customer === null) {
    return page(
      'Corner Shop',
      `<form method="post" action="/sign-up"><label>E-mail <input name="email" type="email"></label><button>Sign up</button></form>
<p><a href="/forgot">Forgot your password?</a></p>`,
    );
  }
  return page(
    'Corner Shop',
    `<p>Signed in as ${escaped(customer)}</p>
<form method="post" action="/order"><label>Item <input name="item" value="Lamp"></label><button>Order</button></form>`,
  );
}

export function verify(email, error = '') {
  return page(
    'Check your mail',
    `${error === '' ? '' : `<p role="alert">${error}</p>`}
<form method="post" action="/verify"><input type="hidden" name="email" value="${escaped(email)}">
<label>Code <input name="code" inputmode="numeric" autocomplete="one-time-code"></label><button>Continue</button></form>
<form method="post" action="/sign-up"><input type="hidden" name="email" value="${escaped(email)}"><button>Send a new code</button></form>`,
  );
}

export function forgot() {
  return page(
    'Forgot your password?',
    `<form method="post" action="/forgot"><label>E-mail <input name="email" type="email"></label><button>Send a link</button></form>`,
  );
}

export function reset(token) {
  return page(
    'New password',
    `<form method="post" action="/reset/${token}"><label>Password <input name="password" type="password"></label><button>Save</button></form>`,
  );
}

export function message(text) {
  return page('Corner Shop', `<p role="status">${escaped(text)}</p>`);
}

export function problem(text) {
  return page('Corner Shop', `<p role="alert">${escaped(text)}</p>`);
}

function escaped(text) {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
