/** Everything that a person reads on the pages of the issuer. */
const english = {
  loginTitle: 'Sign in',
  loginFor: (client: string) => `to continue to ${client}`,
  account: 'Account',
  password: 'Password',
  login: 'Sign in',
  cancel: 'Cancel',
  accountsHint:
    'The demo’s accounts and passwords are printed by “npm start”, and again by “npm run accounts”.',
  wrongPassword: 'The account or the password is not right.',
  tooManyAttempts: (seconds: number) =>
    `Too many attempts. Try again in ${seconds} seconds.`,
  consentTitle: (client: string) => `Allow ${client} to act for you?`,
  signedInAs: (name: string) => `Signed in as ${name}.`,
  asksFor: 'It asks to:',
  identity: 'know your name, e-mail address and groups',
  staysSignedIn: 'stay connected until you sign out, for eight hours at most',
  selfRegistered:
    'This program registered itself under this name. Nobody has checked who made it: go on only if you have just started it yourself.',
  goesTo: (host: string) => `You will be sent back to ${host}.`,
  allow: 'Allow',
  deny: 'Deny',
  unnamedClient: 'An unnamed program',
  errorTitle: 'This sign-in cannot go on',
  errorHint: 'Go back to the program you came from and start again.',
  expired: 'The sign-in has expired, or was finished in another window.',
  logoutTitle: 'Sign out?',
  logoutText:
    'This ends your session with every program you have signed in to.',
  logout: 'Sign out',
  stay: 'Stay signed in',
  loggedOutTitle: 'Signed out',
  loggedOutText: 'You can close this window.',
  evaluation: 'Evaluation sign-in',
  scopes: {
    'stoa:catalog:read': 'see APIs, plans and tenants',
    'stoa:catalog:write': 'create, change and publish APIs and plans',
    'stoa:subscription:read': 'see applications and subscriptions',
    'stoa:subscription:write': 'subscribe, and decide on subscriptions',
    'stoa:observability:read': 'see usage, traces and errors',
    'stoa:observability:write': 'work on traces and errors',
    'stoa:tools:read': 'see tools',
    'stoa:tools:execute': 'execute tools',
    'stoa:admin:read': 'see how tenants are administered',
    'stoa:admin:write': 'administer tenants',
    'stoa:security:read': 'see the audit trail and security settings',
    'stoa:security:write': 'change security settings',
  } as Readonly<Record<string, string>>,
};

export type Messages = typeof english;

const french: Messages = {
  loginTitle: 'Se connecter',
  loginFor: client => `pour continuer vers ${client}`,
  account: 'Compte',
  password: 'Mot de passe',
  login: 'Se connecter',
  cancel: 'Annuler',
  accountsHint:
    'Les comptes de démonstration et leurs mots de passe sont affichés par « npm start », puis par « npm run accounts ».',
  wrongPassword: 'Le compte ou le mot de passe est incorrect.',
  tooManyAttempts: seconds =>
    `Trop de tentatives. Réessayez dans ${seconds} secondes.`,
  consentTitle: client => `Autoriser ${client} à agir en votre nom\u00a0?`,
  signedInAs: name => `Vous êtes connecté en tant que ${name}.`,
  asksFor: 'Ce programme demande à :',
  identity: 'connaître votre nom, votre adresse e‑mail et vos groupes',
  staysSignedIn:
    'rester connecté jusqu’à votre déconnexion, huit heures au plus',
  selfRegistered:
    'Ce programme s’est enregistré lui-même sous ce nom. Personne n’a vérifié qui en est l’auteur : ne continuez que si vous venez de le lancer.',
  goesTo: host => `Vous serez renvoyé vers ${host}.`,
  allow: 'Autoriser',
  deny: 'Refuser',
  unnamedClient: 'Un programme sans nom',
  errorTitle: 'Cette connexion ne peut pas se poursuivre',
  errorHint: 'Revenez au programme d’où vous venez et recommencez.',
  expired: 'La connexion a expiré, ou s’est terminée dans une autre fenêtre.',
  logoutTitle: 'Se déconnecter ?',
  logoutText:
    'Votre session prendra fin pour tous les programmes auxquels vous êtes connecté.',
  logout: 'Se déconnecter',
  stay: 'Rester connecté',
  loggedOutTitle: 'Vous êtes déconnecté',
  loggedOutText: 'Vous pouvez fermer cette fenêtre.',
  evaluation: 'Connexion d’évaluation',
  scopes: {
    'stoa:catalog:read': 'voir les API, les plans et les tenants',
    'stoa:catalog:write': 'créer, modifier et publier des API et des plans',
    'stoa:subscription:read': 'voir les applications et les souscriptions',
    'stoa:subscription:write': 'souscrire, et décider des souscriptions',
    'stoa:observability:read': 'voir l’usage, les traces et les erreurs',
    'stoa:observability:write': 'traiter les traces et les erreurs',
    'stoa:tools:read': 'voir les outils',
    'stoa:tools:execute': 'exécuter des outils',
    'stoa:admin:read': 'voir l’administration des tenants',
    'stoa:admin:write': 'administrer les tenants',
    'stoa:security:read': 'voir le journal d’audit et les réglages de sécurité',
    'stoa:security:write': 'modifier les réglages de sécurité',
  },
};

export type Language = 'en' | 'fr';

export const MESSAGES: Readonly<Record<Language, Messages>> = {
  en: english,
  fr: french,
};

/**
 * The language of a page: `ui_locales` of the request (OpenID Connect Core
 * §3.1.2.1), else what the browser accepts, else English.
 */
export function pickLanguage(
  uiLocales: unknown,
  accepts: (...languages: string[]) => string | false,
): Language {
  const wishes =
    typeof uiLocales === 'string' ? uiLocales.toLowerCase().split(' ') : [];
  for (const wish of wishes) {
    const language = wish.split('-')[0];
    if (language === 'en' || language === 'fr') return language;
  }
  return accepts('en', 'fr') === 'fr' ? 'fr' : 'en';
}
