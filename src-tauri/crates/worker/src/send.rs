//! Requests and their answers over TLS, each on a connection that is used for nothing else.
//!
//! The addresses of the host are looked up once, those that may not be reached are dropped, and
//! every connection goes to one of the others: there is no second look-up that could differ.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{HOST, HeaderValue, USER_AGENT};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use keyhaven_hosts::HostPort;
use keyhaven_protocol::check::CheckReason;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::fill::FilledRequest;
use crate::network::{HostReach, Network};
use crate::outcome::HttpAnswer;

/// How long one address may take to answer.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// The most addresses that are tried.
const MOST_ADDRESSES: usize = 4;
/// The most bytes of a body.
const MAX_BODY: usize = 1 << 20;
/// The most bytes of the head of an answer.
const MAX_HEAD: usize = 64 << 10;
/// The protocol that is asked for over TLS.
const HTTP: &[u8] = b"http/1.1";
/// As which program it introduces itself; some services refuse requests without that.
const AGENT: &str = concat!("Keyhaven/", env!("CARGO_PKG_VERSION"));

/// The way to one host: its addresses, looked up once.
#[derive(Debug)]
pub struct Route {
    host: HostPort,
    addresses: Vec<SocketAddr>,
    roots: Arc<RootCertStore>,
}

impl Network {
    /// Finds the way to a host.
    ///
    /// # Errors
    /// It has no address, or none that may be reached.
    pub async fn route(self, host: &HostPort, reach: HostReach) -> Result<Route, CheckReason> {
        let roots = self.roots.clone();
        Ok(Route {
            host: host.clone(),
            addresses: self.addresses(host, reach).await?,
            roots,
        })
    }

    /// The addresses of the host that may be reached.
    async fn addresses(
        self,
        host: &HostPort,
        reach: HostReach,
    ) -> Result<Vec<SocketAddr>, CheckReason> {
        let port = host.port();
        let found = match (host.address(), host.name()) {
            (Some(address), _) => vec![SocketAddr::new(address, port)],
            (None, Some(name)) => {
                let (name, resolver) = (name.to_owned(), self.resolver);
                let looked_up = tokio::task::spawn_blocking(move || resolver(&name, port)).await;
                let looked_up = looked_up.map_err(|_| CheckReason::WorkerFailed)?;
                looked_up.map_err(|_| CheckReason::NoAddress)?
            }
            (None, None) => return Err(CheckReason::NoAddress),
        };
        if found.is_empty() {
            return Err(CheckReason::NoAddress);
        }
        let may = |address: &SocketAddr| reach.allows(address.ip(), self.is_public);
        let allowed: Vec<_> = found.into_iter().filter(may).take(MOST_ADDRESSES).collect();
        match allowed.is_empty() {
            true => Err(CheckReason::PrivateAddress),
            false => Ok(allowed),
        }
    }
}

impl Route {
    /// Whether a request goes this way.
    pub fn leads_to(&self, host: &HostPort) -> bool {
        self.host == *host
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// The host cannot be reached, is not what it should be, or does not answer as it should.
    pub async fn send(&self, request: &FilledRequest) -> Result<HttpAnswer, CheckReason> {
        self.connect().await?.send(request).await
    }

    /// Connects; nothing is sent yet.
    ///
    /// # Errors
    /// The host cannot be reached, or is not what it should be.
    pub async fn connect(&self) -> Result<HostConnection, CheckReason> {
        let stream = self.open().await?;
        let stream = self.encrypt(stream, self.roots.clone(), HTTP).await?;
        Ok(HostConnection { stream })
    }

    /// Whose certificates count.
    pub const fn roots(&self) -> &Arc<RootCertStore> {
        &self.roots
    }

    /// A connection to the first address that accepts one.
    ///
    /// # Errors
    /// None does.
    pub async fn open(&self) -> Result<TcpStream, CheckReason> {
        for address in &self.addresses {
            let connected = tokio::time::timeout(CONNECT_WITHIN, TcpStream::connect(address)).await;
            if let Ok(Ok(stream)) = connected {
                return Ok(stream);
            }
        }
        Err(CheckReason::Unreachable)
    }

    /// TLS 1.2 or 1.3 for this protocol, with a certificate that is valid for the host.
    ///
    /// # Errors
    /// There is none such.
    pub async fn encrypt(
        &self,
        stream: TcpStream,
        roots: Arc<RootCertStore>,
        protocol: &[u8],
    ) -> Result<TlsStream<TcpStream>, CheckReason> {
        encrypt(stream, &self.host, roots, protocol).await
    }
}

/// A connection to a host whose certificate is valid, on which nothing was sent yet.
#[derive(Debug)]
pub struct HostConnection {
    stream: TlsStream<TcpStream>,
}

impl HostConnection {
    /// Sends a request and reads its answer.
    ///
    /// # Errors
    /// The host does not answer as it should.
    pub async fn send(self, request: &FilledRequest) -> Result<HttpAnswer, CheckReason> {
        let response = exchange(self.stream, request).await?;
        read(response).await
    }
}

async fn encrypt(
    stream: TcpStream,
    host: &HostPort,
    roots: Arc<RootCertStore>,
    protocol: &[u8],
) -> Result<TlsStream<TcpStream>, CheckReason> {
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()
        .map_err(|_| CheckReason::WorkerFailed)?;
    let mut config = config.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    let name = match (host.name(), host.address()) {
        (Some(name), _) => ServerName::try_from(name.to_owned()).ok(),
        (None, address) => address.map(ServerName::from),
    };
    let name = name.ok_or(CheckReason::NoAddress)?;
    let connector = TlsConnector::from(Arc::new(config));
    let encrypted = connector.connect(name, stream).await;
    encrypted.map_err(|error| match tls_error(&error) {
        Some(rustls::Error::InvalidCertificate(_)) => CheckReason::Certificate,
        _ => CheckReason::Unreachable,
    })
}

fn tls_error(error: &std::io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

/// Sends the request and waits for the head of the answer.
async fn exchange(
    stream: TlsStream<TcpStream>,
    request: &FilledRequest,
) -> Result<Response<Incoming>, CheckReason> {
    let mut builder = hyper::client::conn::http1::Builder::new();
    builder.max_buf_size(MAX_HEAD);
    let (mut sender, connection) = builder
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|_| CheckReason::Unreachable)?;
    // Its errors come back with the answer.
    tokio::spawn(async move {
        let _ = connection.await;
    });
    let answered = sender.send_request(http_request(request)?).await;
    answered.map_err(|_| CheckReason::BrokenAnswer)
}

fn http_request(request: &FilledRequest) -> Result<Request<Full<Bytes>>, CheckReason> {
    // Exposed to be sent, here and below.
    let mut http = Request::builder()
        .method(request.method)
        .uri(request.path.expose().as_str())
        .header(HOST, request.host.to_string())
        .header(USER_AGENT, AGENT);
    for (name, value) in &request.headers {
        let mut value =
            HeaderValue::from_str(value.expose()).map_err(|_| CheckReason::ValueNotSendable)?;
        value.set_sensitive(true);
        http = http.header(name, value);
    }
    let body = request.body.as_ref();
    let body = body.map_or_else(Bytes::new, |body| {
        Bytes::copy_from_slice(body.expose().as_bytes())
    });
    http.body(Full::new(body))
        .map_err(|_| CheckReason::ValueNotSendable)
}

/// The body, as far as it is read.
async fn read(response: Response<Incoming>) -> Result<HttpAnswer, CheckReason> {
    let (head, body) = response.into_parts();
    let body = Limited::new(body, MAX_BODY).collect().await;
    let body = body.map_err(|error| body_fault(&*error))?;
    Ok(HttpAnswer {
        status: head.status.as_u16(),
        headers: head.headers,
        body: body.to_bytes().to_vec(),
    })
}

fn body_fault(error: &(dyn Error + Send + Sync + 'static)) -> CheckReason {
    match error.is::<LengthLimitError>() {
        true => CheckReason::LargeAnswer,
        false => CheckReason::BrokenAnswer,
    }
}
