const { useMail } = require('prixfixe-dev/jest');

const mail = useMail();

// Before any test runs there is none, and the error says so.
let early = null;
try {
  mail.inbox;
} catch (error) {
  early = error;
}

test('an inbox that is asked for too early says when it is there', () => {
  expect(early.message).toMatch(/useMail\(\): the inbox is there only while a test/);
});
