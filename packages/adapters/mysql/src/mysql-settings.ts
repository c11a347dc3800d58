/** Where a MariaDB is, and as whom to come. */
export interface MysqlSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** The certificate that the server's must be signed by (PEM). Connections are encrypted when it is given. */
  readonly caCertificate?: string | undefined;
  readonly connectionsMax?: number | undefined;
  /** Bytes of one transaction's changes in the log that are kept to give it whole. */
  readonly transactionBytesMax?: number | undefined;
}
