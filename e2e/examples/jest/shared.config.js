module.exports = {
  ...require('./jest.config.js'),
  globalSetup: 'prixfixe-dev/jest/global-setup',
  globalTeardown: 'prixfixe-dev/jest/global-teardown',
};
