/** What the shop sends. */
import { invoicePdf } from './invoice-pdf.mjs';

const from = 'Corner Shop <shop@corner.test>';
const foot = `Corner Shop, 14 Mill Lane, Leeds LS1 4AB. Questions? 0113 496 0321
Unsubscribe: https://corner.test/unsubscribe`;

export function codeMail({ to, code }) {
  return {
    from,
    to,
    subject: 'Your Corner Shop code',
    text: `Hello,\n\nyour code to sign up is ${code}. It is valid for 10 minutes.\n\n${foot}\n`,
    html: `<p>Hello,</p><p>your code to sign up is</p><h2>${code}</h2><p>It is valid for 10 minutes.</p><p style="font-size:12px">${footHtml()}</p>`,
  };
}

export function resetMail({ to, url }) {
  return {
    from,
    to,
    subject: 'Choose a new password',
    text: `Hello,\n\nchoose a new password here:\n${url}\n\nThe link works once.\n\n${foot}\n`,
    html: `<p>Hello,</p><p><a href="${url}">Choose a new password</a></p><p>The link works once.</p><p style="font-size:12px">${footHtml()}</p>`,
  };
}

export function invoiceMail({ to, number, item }) {
  const total = '42.00 EUR';
  return {
    from,
    to,
    bcc: 'accounts@corner.test',
    subject: `Invoice ${number}`,
    text: `Thank you for your order: ${item}, ${total}.\nThe invoice is attached.\n\n${foot}\n`,
    attachments: [
      {
        filename: `${number}.pdf`,
        contentType: 'application/pdf',
        content: invoicePdf([`Invoice ${number}`, `${item}`, `Total ${total}`]),
      },
    ],
  };
}

function footHtml() {
  return foot.replace(
    'Unsubscribe: https://corner.test/unsubscribe',
    '<a href="https://corner.test/unsubscribe">Unsubscribe</a>',
  );
}
