//! Servers that lie, send too much, or end in the middle. A real one is in the end-to-end tests.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use keyhaven_hosts::{POSTGRES_PORT, database_host};
use keyhaven_secret::SecretString;
use rustls::RootCertStore;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;

const PASSWORD: &str = "no-real-password";
/// What a server that gets it reads in clear text.
const PASSWORD_MESSAGE: usize = 5 + PASSWORD.len() + 1;

fn account(host: &str) -> DatabaseAccount {
    DatabaseAccount {
        host: database_host(host, POSTGRES_PORT).unwrap(),
        user: "app".into(),
        password: SecretString::new(PASSWORD.into()),
        database: None,
        wants_tls: false,
        authorities: Vec::new(),
    }
}

/// A network in which every name leads to this machine.
fn network(port: u16) -> Network {
    let here = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    Network {
        resolver: Box::new(move |_, _| Ok(vec![here])),
        roots: Arc::new(RootCertStore::empty()),
        is_public: |address| address.is_loopback(),
        within: Duration::from_secs(5),
    }
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap();
    [&[kind][..], &length.to_be_bytes(), body].concat()
}

fn error(sqlstate: &str) -> Vec<u8> {
    let body = format!("SFATAL\0VFATAL\0C{sqlstate}\0Mno\0\0");
    message(b'E', body.as_bytes())
}

const ASK: [u8; 4] = [0, 0, 0, 3];
const ACCEPT: [u8; 4] = [0, 0, 0, 0];

/// Reads the message with which a login starts.
async fn startup(stream: &mut TcpStream) {
    let length = stream.read_u32().await.unwrap();
    let mut rest = vec![0; usize::try_from(length).unwrap() - 4];
    stream.read_exact(&mut rest).await.unwrap();
}

/// What is found where a server answers each message of a login with one of these, and then
/// sends no more.
async fn after(answers: &[Vec<u8>]) -> Result<CheckResult, CheckReason> {
    let answers = answers.to_vec();
    with(move |mut stream| async move {
        startup(&mut stream).await;
        for (at, answer) in answers.iter().enumerate() {
            if at > 0 {
                let _ = stream.read(&mut [0; 1024]).await;
            }
            // The client may have seen enough.
            let _ = stream.write_all(answer).await;
        }
        end(stream).await;
    })
    .await
}

/// Sends no more, and reads what still comes: otherwise what was sent could be lost.
async fn end(mut stream: TcpStream) {
    let _ = stream.shutdown().await;
    let _ = stream.read_to_end(&mut Vec::new()).await;
}

async fn with<F: Future<Output = ()> + Send + 'static>(
    serve: impl FnOnce(TcpStream) -> F + Send + 'static,
) -> Result<CheckResult, CheckReason> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        serve(stream).await;
    });
    let found = check(&account(&format!("127.0.0.1:{port}")), network(port)).await;
    server.abort();
    found
}

fn verdict(found: Result<CheckResult, CheckReason>) -> (Verdict, Option<CheckReason>) {
    match found {
        Ok(result) => (result.state, result.reason),
        Err(reason) => (Verdict::Unknown, Some(reason)),
    }
}

#[tokio::test]
async fn an_error_counts_by_whether_the_password_was_accepted() {
    let asked = || message(b'R', &ASK);
    let accepted = |error: Vec<u8>| [message(b'R', &ACCEPT), error].concat();
    let invalid = Some(CheckReason::Answered {
        code: VerdictReason::Invalid,
    });
    let refused = |sqlstate: &str| {
        Some(CheckReason::DatabaseRefused {
            sqlstate: sqlstate.into(),
        })
    };
    for (answers, expected) in [
        (
            vec![asked(), error("28P01")],
            (Verdict::Dead, invalid.clone()),
        ),
        (
            vec![asked(), accepted(error("28000"))],
            (Verdict::Dead, invalid),
        ),
        // The server did not look at the password.
        (vec![error("28000")], (Verdict::Unknown, refused("28000"))),
        (vec![error("53300")], (Verdict::Unknown, refused("53300"))),
        (
            vec![asked(), error("57P03")],
            (Verdict::Unknown, refused("57P03")),
        ),
        (
            vec![asked(), accepted(error("53300"))],
            (Verdict::Alive, refused("53300")),
        ),
        // No code of the standard.
        (
            vec![error("\u{1b}[2J")],
            (Verdict::Unknown, Some(CheckReason::BrokenAnswer)),
        ),
    ] {
        assert_eq!(verdict(after(&answers).await), expected);
    }
}

#[tokio::test]
async fn a_server_that_asks_for_no_password_says_nothing_about_it() {
    let open = [message(b'R', &ACCEPT), message(b'Z', b"I")].concat();
    let expected = (Verdict::Unknown, Some(CheckReason::NoPasswordAsked));
    assert_eq!(verdict(after(&[open]).await), expected);
}

#[tokio::test]
async fn a_hostile_server_is_read_only_so_far() {
    let large = |found| assert_eq!(found, Err(CheckReason::LargeAnswer));
    let broken = |found| assert_eq!(found, Err(CheckReason::BrokenAnswer));
    let notice = message(b'N', b"SNOTICE\0VNOTICE\0C00000\0Mx\0\0");
    let accepted = [message(b'R', &ASK), message(b'R', &ACCEPT)].concat();
    large(after(&[[accepted.clone(), notice.repeat(20_000)].concat()]).await);
    large(after(&[b"N\x40\x00\x00\x00".to_vec()]).await);
    broken(after(&[accepted[..7].to_vec()]).await);
    broken(after(&[message(b'?', b"")]).await);
    broken(after(&[message(b'N', b"")[..3].to_vec()]).await);
    broken(after(&[b"N\x00\x00\x00\x00".to_vec()]).await);
    broken(after(&[]).await);
    large(after(&[b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()]).await);
}

#[tokio::test]
async fn a_server_cannot_make_the_login_compute_without_end() {
    let found = with(|mut stream| async move {
        startup(&mut stream).await;
        let scram = message(b'R', b"\0\0\0\x0aSCRAM-SHA-256\0\0");
        stream.write_all(&scram).await.unwrap();
        let mut read = vec![0; 1024];
        let length = stream.read(&mut read).await.unwrap();
        let text = String::from_utf8_lossy(&read[..length]).into_owned();
        let (_, nonce) = text.split_once("r=").unwrap();
        let answer = format!("\0\0\0\x0br={nonce}x,s=AAAA,i=4294967295");
        let _ = stream.write_all(&message(b'R', answer.as_bytes())).await;
        end(stream).await;
    });
    let found = tokio::time::timeout(Duration::from_secs(5), found).await;
    assert_eq!(found, Ok(Err(CheckReason::BrokenAnswer)));
}

#[tokio::test]
async fn a_silent_server_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let network = Network {
        within: Duration::from_millis(200),
        ..network(port)
    };
    let found = check(&account(&format!("127.0.0.1:{port}")), network).await;
    assert_eq!(found, Err(CheckReason::Silent));
}

/// What a server reads that has no TLS, and what is found.
async fn without_tls(account: DatabaseAccount, listener: TcpListener) -> (Vec<u8>, CheckReason) {
    let port = listener.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut read = vec![0; 1024];
        let first = stream.read(&mut read).await.unwrap();
        stream.write_all(b"N").await.unwrap();
        let second = stream.read(&mut read[first..]).await.unwrap_or(0);
        read.truncate(first + second);
        read
    });
    let found = check(&account, network(port)).await.unwrap_err();
    (server.await.unwrap(), found)
}

#[tokio::test]
async fn only_within_this_machine_a_password_is_not_encrypted() {
    let listener = || TcpListener::bind("127.0.0.1:0");
    let asked_for_tls = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
    // A name that leads here is no promise: what it leads to may change.
    let named = account("db.example.com");
    let (read, found) = without_tls(named, listener().await.unwrap()).await;
    assert_eq!(
        (read.as_slice(), found),
        (&asked_for_tls[..], CheckReason::NoEncryption)
    );
    let here = listener().await.unwrap();
    let strict = DatabaseAccount {
        wants_tls: true,
        ..account(&here.local_addr().unwrap().to_string())
    };
    let (read, found) = without_tls(strict, here).await;
    assert_eq!(
        (read.as_slice(), found),
        (&asked_for_tls[..], CheckReason::NoEncryption)
    );

    // The control: without TLS a server of this machine reads the password.
    let (sender, received) = tokio::sync::oneshot::channel();
    let found = with(move |mut stream| async move {
        startup(&mut stream).await;
        stream.write_all(&message(b'R', &ASK)).await.unwrap();
        let mut read = vec![0; PASSWORD_MESSAGE];
        stream.read_exact(&mut read).await.unwrap();
        sender.send(read).unwrap();
    });
    assert_eq!(found.await, Err(CheckReason::BrokenAnswer));
    let read = received.await.unwrap();
    assert!(
        read.windows(PASSWORD.len())
            .any(|it| it == PASSWORD.as_bytes())
    );
}
