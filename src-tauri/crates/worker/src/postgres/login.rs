//! One login, and what the server's answer to it means.

use std::net::SocketAddr;
use std::sync::Arc;

use jiff::Timestamp;
use keyhaven_catalogue::request::TimeFormat;
use keyhaven_protocol::check::CheckReason;
use keyhaven_rules::due::Moment;
use keyhaven_secret::SecretString;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::Instant;
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, Error, NoTls, SimpleQueryMessage};

use super::account::DatabaseAccount;
use super::guarded::{ByteStream, GuardedStream, LoginProgress};
use crate::facts::moment;
use crate::send::Route;

/// As which program it introduces itself.
const APPLICATION: &str = "Keyhaven";
/// The message that asks for TLS (PostgreSQL, "SSLRequest").
const ASK_FOR_TLS: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
/// The protocol by which TLS is asked for (PostgreSQL 17; earlier ones do not look at it).
const ALPN: &[u8] = b"postgresql";
/// Until when the password of the role is valid, where that has an end.
const VALID_UNTIL: &str = "SELECT pg_catalog.date_part('epoch', rolvaliduntil)::pg_catalog.int8 \
    FROM pg_catalog.pg_roles \
    WHERE rolname = session_user AND pg_catalog.isfinite(rolvaliduntil)";

/// What came of a login.
pub enum LoginAnswer {
    /// The password works; the session is open.
    In(Client),
    /// The password was accepted, and the session refused for another reason.
    Accepted(CheckReason),
    /// The password does not work, or its role may not log in any more.
    Refused,
    /// Neither is known.
    Unclear(CheckReason),
}

/// The way to the server of an account, until a deadline.
#[derive(Debug)]
pub struct DatabaseRoute<'a> {
    /// Which role logs in where.
    pub account: &'a DatabaseAccount,
    /// The way.
    pub route: Route,
    /// The deadline.
    pub until: Instant,
}

impl DatabaseRoute<'_> {
    /// Logs in with a password.
    pub async fn log_in(&self, password: &SecretString) -> LoginAnswer {
        let answer = log_in(self.account, password, &self.route);
        let answer = tokio::time::timeout_at(self.until, answer).await;
        answer.unwrap_or(LoginAnswer::Unclear(CheckReason::Silent))
    }
}

async fn log_in(account: &DatabaseAccount, password: &SecretString, route: &Route) -> LoginAnswer {
    let progress = Arc::new(LoginProgress::default());
    let stream = match connect(account, route).await {
        Ok(stream) => GuardedStream::new(stream, progress.clone()),
        Err(reason) => return LoginAnswer::Unclear(reason),
    };
    let mut config = Config::new();
    config
        .user(&account.user)
        // Exposed to be sent, or to sign the server's question.
        .password(password.expose())
        .application_name(APPLICATION)
        // It is encrypted already where it has to be.
        .ssl_mode(SslMode::Disable);
    if let Some(database) = &account.database {
        config.dbname(database);
    }
    match config.connect_raw(stream, NoTls).await {
        Ok((client, connection)) => {
            // Its errors come back with the answers.
            tokio::spawn(async move {
                let _ = connection.await;
            });
            match progress.was_accepted() {
                true => LoginAnswer::In(client),
                false => LoginAnswer::Unclear(CheckReason::NoPasswordAsked),
            }
        }
        Err(error) => judge(&error, &progress),
    }
}

/// A connection over which the password may go.
async fn connect(
    account: &DatabaseAccount,
    route: &Route,
) -> Result<Box<dyn ByteStream>, CheckReason> {
    let mut stream = route.open().await?;
    let is_here = stream.peer_addr().is_ok_and(is_this_machine);
    if is_here && account.host.is_loopback() && !account.wants_tls {
        return Ok(Box::new(stream));
    }
    let asked = stream.write_all(&ASK_FOR_TLS).await;
    asked.map_err(|_| CheckReason::Unreachable)?;
    // One byte and no more, so that nothing that came in clear text counts as encrypted.
    match stream.read_u8().await {
        Ok(b'S') => {}
        Ok(b'N') => return Err(CheckReason::NoEncryption),
        Ok(_) | Err(_) => return Err(CheckReason::BrokenAnswer),
    }
    let roots = account.roots(route.roots())?;
    Ok(Box::new(route.encrypt(stream, roots, ALPN).await?))
}

fn is_this_machine(address: SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

/// What an error means.
fn judge(error: &Error, progress: &LoginProgress) -> LoginAnswer {
    let Some(refusal) = error.as_db_error() else {
        return LoginAnswer::Unclear(match progress.was_too_large() {
            true => CheckReason::LargeAnswer,
            false => CheckReason::BrokenAnswer,
        });
    };
    let code = refusal.code();
    if *code == SqlState::INVALID_PASSWORD {
        return LoginAnswer::Refused;
    }
    if progress.was_accepted() {
        // A role that was denied logins is found only after its password.
        return match *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION {
            true => LoginAnswer::Refused,
            false => LoginAnswer::Accepted(refused(code)),
        };
    }
    LoginAnswer::Unclear(refused(code))
}

/// The reason, in the words of the SQL standard: five letters and digits.
pub fn refused(code: &SqlState) -> CheckReason {
    let code = code.code();
    let is_code = code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match is_code {
        true => CheckReason::DatabaseRefused {
            sqlstate: code.to_owned(),
        },
        false => CheckReason::BrokenAnswer,
    }
}

/// Until when the password is valid.
pub async fn expiry(client: &Client) -> Option<Moment> {
    let answer = client.simple_query(VALID_UNTIL).await.ok()?;
    let row = answer.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    })?;
    moment(row.try_get(0).ok()??, TimeFormat::Unix, Timestamp::now())
}
