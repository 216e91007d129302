//! A PostgreSQL server of a world: on a socket in its folder and a port of this machine, with a
//! log of every statement.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose};

use crate::{Kept, World, eventually};

/// Where Debian has the versions.
const VERSIONS: &str = "/usr/lib/postgresql";
/// The role that the server begins with.
const OWNER: &str = "owner";
/// Roles `free` need no password over TCP, `barred` may not come that way; everybody else logs
/// in with SCRAM.
const RULES: &str = "\
local all all scram-sha-256
host all free 127.0.0.1/32 trust
host all barred 127.0.0.1/32 reject
host all all 127.0.0.1/32 scram-sha-256
";

/// The server; it lives as long as the test.
pub struct PostgresServer {
    /// The folder with its socket.
    pub folder: PathBuf,
    port: u16,
    password: String,
    authority: Option<String>,
    _server: Kept,
}

impl PostgresServer {
    /// Whether the set-up could bring it in.
    pub fn is_installed() -> bool {
        newest().is_some()
    }

    /// Starts one without encryption.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start(world: &World, password: &str) -> Self {
        Self::start_with(world, password, false)
    }

    /// Starts one whose certificate its own authority has issued.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start_with_tls(world: &World, password: &str) -> Self {
        Self::start_with(world, password, true)
    }

    fn start_with(world: &World, password: &str, tls: bool) -> Self {
        let programs = newest().expect("PostgreSQL");
        let folder = world.path("pg");
        fs::create_dir(&folder).expect("a new folder");
        let secret = folder.join("password");
        fs::write(&secret, password).expect("a written password");
        let authority = tls.then(|| certificates(&folder));
        own(world, &folder);
        let data = folder.join("data");
        let made = program(world, &programs.join("initdb"))
            .args(["--no-sync", "--no-locale", "--encoding=UTF8"])
            .args(["--auth=scram-sha-256", "--username", OWNER])
            .arg(format!("--pwfile={}", secret.display()))
            .arg(&data)
            .current_dir("/")
            .stdout(Stdio::null())
            .status();
        assert!(made.expect("initdb").success());
        let rules = folder.join("rules");
        fs::write(&rules, RULES).expect("written rules");
        let log = fs::File::create(folder.join("log")).expect("a log");
        // Somebody else may take it before the server does; then the test fails loudly.
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        let mut server = program(world, &programs.join("postgres"));
        server
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&folder)
            .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-F"])
            .args(["-c", "log_statement=all", "-c", "log_connections=on"])
            .arg("-c")
            .arg(format!("hba_file={}", rules.display()))
            .current_dir("/")
            .stderr(log);
        if tls {
            server.args(["-c", "ssl=on"]);
            for (setting, file) in [("ssl_cert_file", "cert.pem"), ("ssl_key_file", "key.pem")] {
                let path = folder.join(file);
                server
                    .arg("-c")
                    .arg(format!("{setting}={}", path.display()));
            }
        }
        let server = Kept::start(&mut server);
        eventually("PostgreSQL", || {
            let ready = world
                .command(programs.join("pg_isready"))
                .args(["-p", &port.to_string(), "-h"])
                .arg(&folder)
                .stdout(Stdio::null())
                .status();
            ready.expect("pg_isready").success()
        });
        Self {
            folder,
            port,
            password: password.into(),
            authority,
            _server: server,
        }
    }

    /// Carries out statements as the owner.
    ///
    /// # Panics
    /// When the server refuses one.
    pub fn sql(&self, world: &World, statements: &str) -> String {
        let output = self
            .psql(world, OWNER, &self.password)
            .args(["-c", statements])
            .output()
            .expect("psql");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// The client of PostgreSQL itself, over the socket.
    pub fn psql(&self, world: &World, role: &str, password: &str) -> Command {
        let mut command = world.command("psql");
        command
            .arg("-h")
            .arg(&self.folder)
            .args(["-p", &self.port.to_string(), "-U", role])
            .args(["-d", "postgres", "-X", "-w", "-At", "-v", "ON_ERROR_STOP=1"])
            .env("PGPASSWORD", password);
        command
    }

    /// Whether a password is accepted.
    pub fn accepts(&self, world: &World, role: &str, password: &str) -> bool {
        let mut command = self.psql(world, role, password);
        let output = command.args(["-c", "select 1"]).output().expect("psql");
        output.status.success()
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The connection URI of a role.
    pub fn url(&self, role: &str, password: &str) -> String {
        format!(
            "postgres://{role}:{password}@127.0.0.1:{}/postgres",
            self.port
        )
    }

    /// The certificate of that authority.
    ///
    /// # Panics
    /// When it has none.
    pub fn authority(&self) -> &str {
        self.authority.as_deref().expect("a server with TLS")
    }

    /// Its log so far.
    ///
    /// # Panics
    /// When it cannot be read.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).expect("a log")
    }
}

fn newest() -> Option<PathBuf> {
    let versions = fs::read_dir(VERSIONS).ok()?.flatten();
    let newest = versions.map(|entry| entry.path()).max();
    newest.map(|version| version.join("bin"))
}

/// PostgreSQL refuses to run as root.
fn user() -> Option<&'static str> {
    rustix::process::geteuid().is_root().then_some("postgres")
}

fn program(world: &World, path: &Path) -> Command {
    let Some(user) = user() else {
        return world.command(path);
    };
    let mut command = world.command("setpriv");
    command
        .args(["--reuid", user, "--regid", user, "--init-groups", "--"])
        .arg(path);
    command
}

/// Gives a folder to the user that the server runs as.
fn own(world: &World, folder: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let Some(user) = user() else {
        return;
    };
    let open = fs::Permissions::from_mode(0o711);
    fs::set_permissions(world.path(""), open).expect("an open folder");
    let given = Command::new("chown")
        .args(["-R", &format!("{user}:")])
        .arg(folder)
        .status();
    assert!(given.expect("chown").success());
}

/// Writes a certificate for 127.0.0.1 and its key; gives the certificate of the authority.
fn certificates(folder: &Path) -> String {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let authority = params.self_signed(&key).expect("a certificate");
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("an address");
    let certificate = params.signed_by(&key, &issuer).expect("a certificate");
    let pem = |der: &[u8], label: &str| {
        let body = data_encoding::BASE64.encode(der);
        let lines = body.as_bytes().chunks(64).map(String::from_utf8_lossy);
        let body = lines.collect::<Vec<_>>().join("\n");
        format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
    };
    let write = |name: &str, text: String| {
        use std::os::unix::fs::PermissionsExt as _;
        let path = folder.join(name);
        fs::write(&path, text).expect("a written file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("a private file");
    };
    write("cert.pem", pem(certificate.der(), "CERTIFICATE"));
    write("key.pem", pem(&key.serialize_der(), "PRIVATE KEY"));
    pem(authority.der(), "CERTIFICATE")
}
