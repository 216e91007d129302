//! A provider that makes, lists and ends keys, with the interface of OpenRouter: values are shown
//! once, and it fails as a test says, also after it did what was asked.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

/// The host that it answers for.
pub const KEY_SERVICE_HOST: &str = "openrouter.ai";

/// What goes wrong with one request for a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyServiceFault {
    /// The key is made, and the connection ends without an answer.
    LostAnswer,
    /// The key is made, and the answer does not come.
    HeldAnswer,
    /// The key is made, and the answer says that the service failed.
    Failure,
    /// No key is made, and the answer says why.
    Declined,
    /// The key is made and answered, and never accepted.
    DeadKey,
}

/// How it answers a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyServiceAnswer {
    /// A status and a body.
    Body(u16, String),
    /// The connection ends.
    Nothing,
    /// The connection stays, and nothing comes.
    Silence,
}

/// A key of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceKey {
    /// Its id.
    pub id: String,
    /// The name that it was made with.
    pub name: String,
    /// Its value.
    pub value: String,
    /// Whether it is accepted.
    pub is_alive: bool,
}

#[derive(Debug, Default)]
struct KeyServiceState {
    keys: Vec<ServiceKey>,
    made: usize,
    faults: VecDeque<KeyServiceFault>,
}

/// The service.
#[derive(Debug, Clone, Default)]
pub struct KeyService(Arc<Mutex<KeyServiceState>>);

impl KeyService {
    /// The value of the key that manages the others.
    #[must_use]
    pub fn admin() -> String {
        format!("sk-or-v1-{}", "a".repeat(64))
    }

    /// A key that exists already.
    #[must_use]
    pub fn with_key(self, id: &str, value: &str) -> Self {
        self.state().keys.push(ServiceKey {
            id: id.into(),
            name: "by hand".into(),
            value: value.into(),
            is_alive: true,
        });
        self
    }

    /// Lets the next requests for a key go wrong, one after the other.
    pub fn fail(&self, faults: &[KeyServiceFault]) {
        self.state().faults.extend(faults);
    }

    /// The keys that are there.
    #[must_use]
    pub fn keys(&self) -> Vec<ServiceKey> {
        self.state().keys.clone()
    }

    /// How many were ever made.
    #[must_use]
    pub fn made(&self) -> usize {
        self.state().made
    }

    fn state(&self) -> MutexGuard<'_, KeyServiceState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request, which it carries out.
    #[must_use]
    pub fn answer(&self, request: &str) -> KeyServiceAnswer {
        let mut words = request.split_whitespace();
        let method = words.next().unwrap_or_default();
        let path = words.next().unwrap_or_default();
        let (head, body) = request.split_once("\r\n\r\n").unwrap_or((request, ""));
        let bearer = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let is_it = name.eq_ignore_ascii_case("authorization");
            is_it.then(|| value.trim().strip_prefix("Bearer "))?
        });
        let bearer = bearer.unwrap_or_default();
        let mut state = self.state();
        if path == "/api/v1/key" {
            let is_alive = |key: &ServiceKey| key.value == bearer && key.is_alive;
            return match state.keys.iter().any(is_alive) {
                true => body_of(200, &json!({ "data": { "label": "a key" } })),
                false => body_of(401, &json!({ "error": "no such key" })),
            };
        }
        if bearer != Self::admin() {
            return body_of(401, &json!({ "error": "no rights" }));
        }
        let id = path.strip_prefix("/api/v1/keys/").unwrap_or_default();
        match method {
            "POST" => state.make(body),
            "GET" => {
                let list = state.keys.iter().map(
                    |key| json!({ "name": key.name, "hash": key.id, "disabled": !key.is_alive }),
                );
                body_of(200, &json!({ "data": list.collect::<Vec<_>>() }))
            }
            "PATCH" => match state.keys.iter_mut().find(|key| key.id == id) {
                Some(key) => {
                    key.is_alive = false;
                    body_of(200, &json!({}))
                }
                None => body_of(404, &json!({})),
            },
            "DELETE" => {
                let before = state.keys.len();
                state.keys.retain(|key| key.id != id);
                let status = if state.keys.len() < before { 200 } else { 404 };
                body_of(status, &json!({}))
            }
            _ => body_of(405, &json!({})),
        }
    }
}

impl KeyServiceState {
    fn make(&mut self, body: &str) -> KeyServiceAnswer {
        let fault = self.faults.pop_front();
        if fault == Some(KeyServiceFault::Declined) {
            return body_of(403, &json!({ "error": "the limit of keys is reached" }));
        }
        let asked: Value = serde_json::from_str(body).unwrap_or_default();
        self.made += 1;
        let key = ServiceKey {
            id: format!("made-{}", self.made),
            name: asked["name"].as_str().unwrap_or_default().into(),
            value: format!("sk-or-v1-{:064x}", self.made),
            is_alive: fault != Some(KeyServiceFault::DeadKey),
        };
        self.keys.push(key.clone());
        match fault {
            Some(KeyServiceFault::LostAnswer) => KeyServiceAnswer::Nothing,
            Some(KeyServiceFault::HeldAnswer) => KeyServiceAnswer::Silence,
            Some(KeyServiceFault::Failure) => body_of(502, &json!({})),
            _ => body_of(
                201,
                &json!({ "key": key.value, "data": { "hash": key.id, "name": key.name } }),
            ),
        }
    }
}

fn body_of(status: u16, body: &Value) -> KeyServiceAnswer {
    KeyServiceAnswer::Body(status, body.to_string())
}
