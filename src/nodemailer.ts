/** `postern/nodemailer`: mail through nodemailer. */
export {
  type MailTransport,
  type NodemailerOptions,
  nodemailer,
  type SmtpOptions,
  type TransportMail,
} from './mailers/nodemailer.ts'
