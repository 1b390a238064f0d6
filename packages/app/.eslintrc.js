module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  rules: {
    // The client's methods are HTTP's: client.GET('/v1/me').
    'new-cap': ['error', { capIsNew: false }],
  },
});
