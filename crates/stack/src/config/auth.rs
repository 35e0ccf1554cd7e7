//! The one login or token of a target. A token beats a login, and where it was given decides first.

use std::path::PathBuf;

use telemetry::parse::endpoint::Login;

use super::args::ApiFlags;
use super::error::{ConfigError, ConfigNote};
use super::origin::{Origin, Sourced};
use super::redactor::Redactor;
use super::resolver::SettingResolver;
use super::secret::Secret;
use super::targets::TargetNames;

/// How a target lets us in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Auth {
    /// No credentials were given.
    None,
    /// A user and a password.
    Basic {
        /// The user; secret too, for tokens are given in its place.
        user: Secret,
        /// The password.
        password: Secret,
        /// Where the password came from.
        origin: Origin,
    },
    /// A bearer token.
    Bearer {
        /// The token.
        token: Secret,
        /// Where it came from.
        origin: Origin,
        /// The file it was read from, for those who run so long that it may be replaced.
        file: Option<PathBuf>,
    },
}

impl Auth {
    /// Where the credentials came from.
    pub fn origin(&self) -> Option<&Origin> {
        match self {
            Auth::None => None,
            Auth::Basic { origin, .. } | Auth::Bearer { origin, .. } => Some(origin),
        }
    }

    /// The value of the `Authorization` header.
    pub fn header_value(&self) -> Option<Secret> {
        use base64::Engine as _;
        match self {
            Auth::None => None,
            Auth::Basic { user, password, .. } => {
                let login = format!("{}:{}", user.expose(), password.expose());
                let encoded = base64::engine::general_purpose::STANDARD.encode(login);
                Some(Secret::new(format!("Basic {encoded}")))
            }
            Auth::Bearer { token, .. } => Some(Secret::new(format!("Bearer {}", token.expose()))),
        }
    }

    pub(super) fn teach_redactor(&self, redactor: &mut Redactor) {
        match self {
            Auth::None => {}
            Auth::Basic { user, password, .. } => redactor.add_login(user, password),
            Auth::Bearer { token, .. } => redactor.add(token),
        }
    }
}

/// The credentials of a target: by flag, else by variable, else by file; a login in the address counts where the address
/// was given.
pub(super) fn resolve_auth(
    layers: &mut SettingResolver<'_>,
    flags: &ApiFlags<'_>,
    target: &TargetNames,
    login: Option<Sourced<Login>>,
) -> Auth {
    let in_address = |rank: u8| {
        let login = login.as_ref().filter(|login| login.origin.rank() == rank)?;
        Some(Auth::Basic {
            user: Secret::new(&login.value.user),
            password: Secret::new(&login.value.password),
            origin: login.origin.clone(),
        })
    };
    let by_flag = from_flags(layers, flags, target).or_else(|| in_address(3));
    let by_variable = by_flag
        .or_else(|| from_variables(layers, target))
        .or_else(|| in_address(2));
    let auth = by_variable
        .or_else(|| from_file(layers, target))
        .or_else(|| in_address(1));
    auth.unwrap_or_else(|| {
        note_half_login(layers, target);
        Auth::None
    })
}

fn from_flags(layers: &mut SettingResolver<'_>, flags: &ApiFlags<'_>, target: &TargetNames) -> Option<Auth> {
    if let Some(path) = flags.token_file {
        return Some(read_token_file(
            layers,
            Sourced::new(path.to_owned(), Origin::Flag(target.token_file.flag)),
        ));
    }
    let text = flags.user?.expose();
    let origin = Origin::Flag(target.user.flag);
    if let Some((user, password)) = text.split_once(':') {
        return Some(Auth::Basic {
            user: Secret::new(user),
            password: Secret::new(password),
            origin,
        });
    }
    let Some(password) = layers.variable(target.password) else {
        let way = target.password.first().map(|name| Origin::Env(name).assigning("…"));
        let mut error = ConfigError::new(origin.place(), "a user without a password");
        error.advice = way;
        layers.errors.push(error);
        return Some(Auth::None);
    };
    Some(Auth::Basic {
        user: Secret::new(text),
        password: password.value,
        origin: password.origin,
    })
}

fn from_variables(layers: &mut SettingResolver<'_>, target: &TargetNames) -> Option<Auth> {
    if let Some(token) = layers.variable(target.token) {
        return Some(Auth::Bearer {
            token: token.value,
            origin: token.origin,
            file: None,
        });
    }
    if let Some(path) = layers.variable(target.token_file.env) {
        return Some(read_token_file(layers, path.map(|path| PathBuf::from(path.expose()))));
    }
    let password = layers.variable(target.password)?;
    let user = layers.text(None, &target.user)?;
    Some(Auth::Basic {
        user: user.value,
        password: password.value,
        origin: password.origin,
    })
}

fn from_file(layers: &mut SettingResolver<'_>, target: &TargetNames) -> Option<Auth> {
    if layers.file_text(&target.token_file).is_some() {
        let path = layers.path(None, &target.token_file)?;
        return Some(read_token_file(layers, path));
    }
    let path = layers.path(None, &target.password_file)?;
    let user = layers.text(None, &target.user)?;
    let password = layers.secret_in(&path).unwrap_or_else(|| Secret::new(""));
    Some(Auth::Basic {
        user: user.value,
        password,
        origin: path.origin,
    })
}

/// A token file; where it cannot be read the error is collected, and no lesser credential is tried.
fn read_token_file(layers: &mut SettingResolver<'_>, path: Sourced<PathBuf>) -> Auth {
    match layers.secret_in(&path) {
        Some(token) => Auth::Bearer {
            token,
            origin: path.origin,
            file: Some(path.value),
        },
        None => Auth::None,
    }
}

/// A user without a password, or the other way round, may be meant for another tool: it is said, and not used.
fn note_half_login(layers: &mut SettingResolver<'_>, target: &TargetNames) {
    let user = layers
        .text(None, &target.user)
        .map(|user| (user.origin, "a user without a password"));
    let password = layers
        .variable(target.password)
        .map(|word| (word.origin, "a password without a user"));
    let file = layers
        .file_text(&target.password_file)
        .map(|path| (path.origin, "a password without a user"));
    if let Some((origin, message)) = user.or(password).or(file) {
        layers
            .notes
            .push(ConfigNote::new(origin.place(), format!("{message}: ignored")));
    }
}
