//! A stand-in for every provider: an HTTPS server on this machine, with its own authority,
//! that answers each host as the test says. The test-worker finds it through a file in the
//! world's runtime folder.

use std::collections::HashMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{IpAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use data_encoding::BASE64;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde::{Deserialize, Serialize};

use crate::World;
use crate::key_service::{KeyService, KeyServiceAnswer};

/// The file in the runtime folder by which the test-worker finds the stand-in.
pub const STAND_IN: &str = "stand-in.json";

/// The name for which a host of [`StandInAnswer::OtherCertificate`] has a certificate.
const OTHER: &str = "other.example.net";
/// The most bytes of a request.
const MAX_REQUEST: usize = 1 << 16;

/// What the test-worker reads.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct StandInMap {
    /// The port of the stand-in; 0 where there is none.
    pub port: u16,
    /// The certificate of its authority, in base64.
    pub root: String,
    /// Names that do not simply lead to the stand-in.
    pub addresses: HashMap<String, Vec<IpAddr>>,
}

/// How a host answers.
#[derive(Debug, Clone)]
pub enum StandInAnswer {
    /// A status and a body.
    Body(u16, &'static str),
    /// A redirect to this address.
    Redirect(&'static str),
    /// A body without an end.
    Endless,
    /// Nothing at all, for as long as the connection lasts.
    Silence,
    /// What is no HTTP.
    Garbage,
    /// As [`StandInAnswer::Body`] with 200, but with a certificate for another name.
    OtherCertificate,
    /// What the HTTP server at this port of this machine answers to the same request.
    Forwarded(u16),
    /// What a provider of keys answers.
    Keys(KeyService),
}

/// What a host received: path and headers, and the body behind them.
#[derive(Debug, Clone)]
pub struct SeenRequest {
    /// The host, as the request names it.
    pub host: String,
    /// The whole request.
    pub text: String,
}

#[derive(Debug, Default)]
struct Shared {
    answers: HashMap<String, StandInAnswer>,
    seen: Vec<SeenRequest>,
}

type Common = Arc<Mutex<Shared>>;

/// The server; it lives as long as the test.
#[derive(Debug)]
pub struct StandIn {
    common: Common,
    map: StandInMap,
}

impl StandIn {
    /// Starts it for a world. Hosts answer 404 until a test says otherwise.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn start(world: &World) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let common = Common::default();
        let authority = Authority::new(common.clone());
        let map = StandInMap {
            port: listener.local_addr().expect("an address").port(),
            root: BASE64.encode(&authority.root),
            addresses: HashMap::new(),
        };
        let ring = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(ring)
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(authority));
        let (config, shared) = (Arc::new(config), common.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, shared) = (config.clone(), shared.clone());
                std::thread::spawn(move || serve(stream, config, &shared));
            }
        });
        let stand_in = Self { common, map };
        stand_in.write(world);
        stand_in
    }

    fn write(&self, world: &World) {
        let map = serde_json::to_vec(&self.map).expect("JSON");
        fs::write(world.path("run").join(STAND_IN), map).expect("a written map");
    }

    /// Lets a host answer like this from now on.
    pub fn answer(&self, host: &str, answer: StandInAnswer) {
        locked(&self.common).answers.insert(host.into(), answer);
    }

    /// Lets a name lead to these addresses, with the port of the stand-in.
    pub fn resolve(&mut self, world: &World, host: &str, addresses: &[&str]) {
        let parsed = addresses.iter().map(|it| it.parse().expect("an address"));
        self.map.addresses.insert(host.into(), parsed.collect());
        self.write(world);
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.map.port
    }

    /// What has come so far.
    pub fn seen(&self) -> Vec<SeenRequest> {
        locked(&self.common).seen.clone()
    }
}

fn locked(common: &Common) -> std::sync::MutexGuard<'_, Shared> {
    common.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Issues a certificate for each name that is asked for.
#[derive(Debug)]
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    root: Vec<u8>,
    common: Common,
}

impl Authority {
    fn new(common: Common) -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let root = params.self_signed(&key).expect("a certificate");
        Self {
            root: root.der().to_vec(),
            issuer: Issuer::new(params, key),
            common,
        }
    }

    fn issue(&self, name: &str) -> CertifiedKey {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let key = rustls::crypto::ring::sign::any_supported_type(&key).expect("a usable key");
        CertifiedKey::new(vec![certificate.der().clone()], key)
    }
}

impl ResolvesServerCert for Authority {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let asked = hello.server_name()?;
        let answer = locked(&self.common).answers.get(asked).cloned();
        let name = match answer {
            Some(StandInAnswer::OtherCertificate) => OTHER,
            _ => asked,
        };
        Some(Arc::new(self.issue(name)))
    }
}

fn serve(stream: TcpStream, config: Arc<ServerConfig>, common: &Common) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(60)));
    let Ok(connection) = ServerConnection::new(config) else {
        return;
    };
    let mut stream = StreamOwned::new(connection, stream);
    let Some(seen) = request(&mut stream) else {
        return;
    };
    let answer = {
        let mut common = locked(common);
        common.seen.push(seen.clone());
        common.answers.get(&seen.host).cloned()
    };
    // The client may be gone.
    let answer = answer.unwrap_or(StandInAnswer::Body(404, ""));
    let _ = reply(&mut stream, &seen, answer);
}

/// Asks another server for the answer.
fn forward(seen: &SeenRequest, port: u16, stream: &mut impl Write) -> std::io::Result<()> {
    let mut server = TcpStream::connect(("127.0.0.1", port))?;
    // Its answer ends with the connection.
    let closing = "\r\nconnection: close\r\n";
    server.write_all(seen.text.replacen("\r\n", closing, 1).as_bytes())?;
    std::io::copy(&mut server, stream)?;
    stream.flush()
}

/// One request, with its body if it has one.
fn request(stream: &mut impl Read) -> Option<SeenRequest> {
    let mut bytes = Vec::new();
    loop {
        let mut more = [0; 4096];
        let count = stream.read(&mut more).ok()?;
        bytes.extend_from_slice(&more[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let wanted = header(head, "content-length").map_or(0, |it| it.parse().unwrap_or(0));
            if body.len() >= wanted {
                let host = header(head, "host")?.to_owned();
                return Some(SeenRequest { host, text });
            }
        }
        if count == 0 || bytes.len() > MAX_REQUEST {
            return None;
        }
    }
}

fn header<'h>(head: &'h str, wanted: &str) -> Option<&'h str> {
    head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case(wanted).then_some(value.trim())
    })
}

fn write_body(stream: &mut impl Write, status: u16, body: &str) -> std::io::Result<()> {
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

fn reply(
    stream: &mut (impl Read + Write),
    seen: &SeenRequest,
    answer: StandInAnswer,
) -> std::io::Result<()> {
    match answer {
        StandInAnswer::Body(status, body) => write_body(stream, status, body),
        StandInAnswer::Keys(service) => match service.answer(&seen.text) {
            KeyServiceAnswer::Body(status, body) => write_body(stream, status, &body),
            KeyServiceAnswer::Nothing => Ok(()),
            KeyServiceAnswer::Silence => stream.read(&mut [0]).map(drop),
        },
        StandInAnswer::OtherCertificate => reply(stream, seen, StandInAnswer::Body(200, "{}")),
        StandInAnswer::Redirect(to) => write!(
            stream,
            "HTTP/1.1 302 X\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n"
        ),
        StandInAnswer::Endless => {
            write!(
                stream,
                "HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n"
            )?;
            loop {
                write!(stream, "1000\r\n{}\r\n", "x".repeat(0x1000))?;
            }
        }
        StandInAnswer::Silence => stream.read(&mut [0]).map(drop),
        StandInAnswer::Forwarded(port) => forward(seen, port, stream),
        StandInAnswer::Garbage => write!(stream, "SSH-2.0-stand-in\r\n\r\n"),
    }?;
    stream.flush()
}
