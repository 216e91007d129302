//! The harness of the end-to-end tests: separate worlds, and the means to drive
//! the shipped programs in them as a user would. `tests/README.md` explains it.
//!
//! Promises: a [`World`] shares nothing with the machine it runs on but the
//! installed programs, nor with another world; whatever was started in it is
//! gone when it is dropped; waiting is for a condition with a deadline
//! ([`eventually`]), never for a time. A harness fails loudly: its functions
//! panic with what was expected.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod cases;
mod desk;
mod kept;
mod key_service;
mod leaving;
mod postgres;
mod scan;
mod screen;
mod signals;
mod stand_in;
mod terminal;
mod tray;
mod wait;
mod webdriver;
mod window_host;
mod world;

pub use desk::{Bus, Display, Notice};
pub use kept::Kept;
pub use key_service::{
    KEY_SERVICE_HOST, KeyService, KeyServiceAnswer, KeyServiceFault, ServiceKey,
};
pub use leaving::{Logind, MINE, SCREEN_SAVERS, ScreenSaver, THEIRS};
pub use postgres::PostgresServer;
pub use scan::Secrets;
pub use screen::{Area, Content, Screen};
pub use stand_in::{STAND_IN, StandIn, StandInAnswer, StandInMap};
pub use terminal::Terminal;
pub use tray::Tray;
pub use wait::{PATIENCE, eventually, eventually_some};
pub use webdriver::{Driver, Element};
pub use window_host::WindowHost;
pub use world::{CLOCK_AHEAD, PASSWORD, World, root};
