import { NoticeValues } from '../Notice';
import { Words } from './Words';

const asked = (v: NoticeValues) =>
  v.server
    ? `Un abonnement aux outils de ${v.server} attend votre accord`
    : `Un abonnement à ${v.api} attend votre accord`;

const yours = (v: NoticeValues, status: string) =>
  v.server
    ? `Votre abonnement aux outils de ${v.server} est ${status}`
    : `Votre abonnement à ${v.api} est ${status}`;

const because = ({ reason }: NoticeValues) =>
  reason ? `Le motif donné : ${reason}` : 'Aucun motif n’a été donné.';

const day = ({ date }: NoticeValues) =>
  date ? date.slice(0, 10).split('-').reverse().join('/') : '';

const METRICS: Readonly<Record<string, string>> = {
  error_rate: 'Appels en échec, en pour cent',
  rate_limited: 'Appels refusés pour leur nombre',
  latency_p95: 'Latence des 5 pour cent les plus lents, en millisecondes',
  quota_used: 'Quota utilisé, en pour cent',
};
const measured = (v: NoticeValues) =>
  `${METRICS[v.metric ?? ''] ?? v.metric} : ${v.value} (la règle : ${
    v.threshold
  }).`;

export const FRENCH: Words = {
  open: 'Ouvrir dans STOA',
  footer:
    'STOA vous l’envoie en raison de vos rôles ou de vos abonnements. Personne ne lit les réponses à cette adresse.',
  notices: {
    'subscription-asked': v => ({
      subject: asked(v),
      body: 'Quelqu’un l’a demandé. Acceptez-le ou refusez-le sous Accords.',
    }),
    'subscription-tools-asked': v => ({
      subject: `Un abonné demande d’autres outils de ${v.server}`,
      body: 'Acceptez-les ou refusez-les sous Accords.',
    }),
    'tool-call-asked': v => ({
      subject: `Un appel de ${v.tool} de ${v.server} attend votre approbation`,
      body: 'Approuvez-le ou refusez-le sous Accords. Il n’est pas retenu longtemps.',
    }),
    'tool-call-approved': v => ({
      subject: `Votre appel de ${v.tool} de ${v.server} est approuvé`,
      body: 'Refaites-le si votre client ne l’attend plus.',
    }),
    'tool-call-denied': v => ({
      subject: `Votre appel de ${v.tool} de ${v.server} est refusé`,
      body: because(v),
    }),
    'subscription-approved': v => ({
      subject: yours(v, 'actif'),
      body: 'Il a été accepté. Votre clé fonctionne dès maintenant.',
    }),
    'subscription-rejected': v => ({
      subject: yours(v, 'refusé'),
      body: because(v),
    }),
    'subscription-suspended': v => ({
      subject: yours(v, 'suspendu'),
      body: `Ses clés ne fonctionnent plus pour le moment. ${because(v)}`,
    }),
    'subscription-reactivated': v => ({
      subject: yours(v, 'actif'),
      body: 'Il n’est plus suspendu. Vos clés fonctionnent à nouveau.',
    }),
    'subscription-revoked': v => ({
      subject: yours(v, 'révoqué'),
      body: `Ses clés ne fonctionnent plus. ${because(v)}`,
    }),
    'subscription-expired': v => ({
      subject: yours(v, 'expiré'),
      body: 'Ses clés ne fonctionnent plus. Demandez un nouvel abonnement si vous en avez encore besoin.',
    }),
    'subscription-expiring': v => ({
      subject: v.server
        ? `Votre abonnement aux outils de ${v.server} se termine le ${day(v)}`
        : `Votre abonnement à ${v.api} se termine le ${day(v)}`,
      body: 'Ses clés ne fonctionneront plus ensuite. Repoussez la fin si vous en avez encore besoin.',
    }),
    'deployment-waits': v => ({
      subject: `La version ${v.version} de ${v.api} attend votre accord pour aller en ${v.environment}`,
      body: 'Une autre personne que celle qui l’a demandé doit donner son accord.',
    }),
    'deployment-finished': v => ({
      subject: `La version ${v.version} de ${v.api} est en service en ${v.environment}`,
      body: 'Le déploiement que vous avez demandé s’est bien terminé.',
    }),
    'deployment-failed': v => ({
      subject: `La version ${v.version} de ${v.api} n’a pas pu être déployée en ${v.environment}`,
      body: 'Ce qui y était en service le reste. Les étapes du déploiement disent ce qui a échoué.',
    }),
    'alert-raised': v => ({
      subject: `L’alerte « ${v.name} » est déclenchée`,
      body: measured(v),
    }),
    'alert-cleared': v => ({
      subject: `L’alerte « ${v.name} » est terminée`,
      body: measured(v),
    }),
    'api-deprecated': v => ({
      subject: v.date
        ? `${v.api}, à laquelle vous êtes abonné, sera arrêtée le ${day(v)}`
        : `${v.api}, à laquelle vous êtes abonné, est dépréciée`,
      body: v.successor
        ? `Son successeur est ${v.successor}.`
        : 'Aucun successeur n’est indiqué.',
    }),
  },
};
