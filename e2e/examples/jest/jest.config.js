module.exports = {
  testEnvironment: 'node',
  setupFilesAfterEnv: ['prixfixe-dev/jest/matchers'],
};
