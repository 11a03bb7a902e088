/** What a Dovecot 2.3 needs to know. */
export interface DovecotFacts {
  readonly folder: string;
  readonly port: number;
  readonly tlsPort: number;
  readonly uid: number;
  readonly gid: number;
  readonly user: string;
  readonly group: string;
  readonly password: string;
  readonly specialUse: boolean;
  readonly drafts: string;
  readonly tls: boolean;
}

/**
 * The configuration of a Dovecot that one ordinary user runs: all its processes are that user's, nothing is chrooted, and everything
 * lies in one folder (https://doc.dovecot.org/2.3/configuration_manual/howto/rootless/).
 */
export function dovecotConfig(facts: DovecotFacts): string {
  const { folder } = facts;
  const mailbox = (name: string, use: string): string =>
    `  mailbox ${JSON.stringify(name)} {\n    auto = subscribe\n${facts.specialUse ? `    special_use = \\${use}\n` : ""}  }`;
  return `protocols = imap
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
listen = 127.0.0.1
${facts.tls ? `ssl = yes\nssl_cert = <${folder}/cert.pem\nssl_key = <${folder}/key.pem\nssl_min_protocol = TLSv1.2` : "ssl = no"}
default_internal_user = ${facts.user}
default_internal_group = ${facts.group}
default_login_user = ${facts.user}
first_valid_uid = ${facts.uid}
first_valid_gid = ${facts.gid}
mail_location = maildir:${folder}/mail/%u
auth_failure_delay = 0
service imap-login {
  chroot =
  inet_listener imap {
    port = ${facts.port}
  }
  inet_listener imaps {
    port = ${facts.tls ? facts.tlsPort : 0}
    ssl = yes
  }
}
service anvil {
  chroot =
}
passdb {
  driver = static
  args = password=${facts.password}
}
userdb {
  driver = static
  args = uid=${facts.uid} gid=${facts.gid} home=${folder}/mail/%u
}
namespace inbox {
  inbox = yes
  separator = /
${mailbox(facts.drafts, "Drafts")}
${mailbox("Sent", "Sent")}
}
`;
}
