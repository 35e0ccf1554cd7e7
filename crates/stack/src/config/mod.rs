//! Settings with provenance: defaults < file < environment < flag. Secrets print as `redacted`.
//! Pure but for [`Disk`]: flags, environment and file texts are handed in.

mod api;
mod args;
mod auth;
mod compose_defaults;
mod environment;
mod error;
mod file;
pub mod files;
mod keys;
mod resolver;
mod locate;
mod origin;
mod otlp;
mod redactor;
#[cfg(test)]
mod samples;
mod secret;
mod use_context;
mod settings;
mod show;
mod targets;
mod tls;

pub use api::{ApiTarget, Header};
pub use args::{ConnectionArgs, Server};
pub use auth::Auth;
pub use compose_defaults::ComposeDefaults;
pub use environment::{Environment, Proxy};
pub use error::{ConfigError, ConfigErrors, ConfigNote};
pub use file::{ConfigContext, SettingsFile};
pub use files::{Disk, MOST_DOCUMENT, MOST_SETTINGS, SettingsFiles, explain_io_error};
pub use locate::{ConfigSource, LocatedConfig, find_user_file, locate_config};
pub use origin::{Origin, Sourced};
pub use otlp::{OtlpSettings, TempoReceiver};
pub use redactor::Redactor;
pub use secret::{REDACTED, Secret};
pub use settings::{Settings, TENANT_HEADER};
pub use show::{SettingRow, list_setting_rows};
pub use tls::{PemFile, TlsSettings};
pub use use_context::{EXAMPLE, select_context};
