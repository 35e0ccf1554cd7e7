//! Settings with provenance: defaults < file < environment < flag. Secrets print as `redacted`.
//! Pure but for [`Disk`]: flags, environment and file texts are handed in.
//!
//! May import: model, parse.

mod api;
mod args;
mod auth;
mod beside;
mod environment;
mod error;
mod file;
mod files;
mod keys;
mod layers;
mod locate;
mod origin;
mod otlp;
mod redactor;
#[cfg(test)]
mod samples;
mod secret;
mod select;
mod settings;
mod show;
mod targets;
mod tls;

pub use api::{Api, Header};
pub use args::ConnectionArgs;
pub use auth::Auth;
pub use beside::Beside;
pub use environment::{Environment, Proxy};
pub use error::{ConfigError, ConfigErrors, Note};
pub use file::{ConfigFile, Context};
pub use files::{Disk, Files, MOST_DOCUMENT, MOST_SETTINGS, reason};
pub use locate::{Located, Source, locate, user_file};
pub use origin::{Origin, Sourced};
pub use otlp::{Compression, Otlp, TempoReceiver};
pub use redactor::Redactor;
pub use secret::{REDACTED, Secret};
pub use select::{EXAMPLE, select};
pub use settings::{Settings, TENANT_HEADER};
pub use show::{Row, rows};
pub use tls::{Pem, Tls};
