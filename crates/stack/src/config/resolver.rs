//! One setting at a time: flag, else variable, else file. Errors and notes are collected, so that all of them are told.

use std::path::{Path, PathBuf};

use telemetry::parse::endpoint::{self, AddressDefaults, ServerEndpoint};
use telemetry::parse::header;
use telemetry::parse::parse_error::quote_text;

use super::api::Header;
use super::args::{ConnectionArgs, Server};
use super::compose_defaults::ComposeDefaults;
use super::environment::Environment;
use super::error::{ConfigError, ConfigNote};
use super::file::{ConfigContext, ConfigValue, SettingsFile};
use super::files::{SettingsFiles, explain_io_error};
use super::keys;
use super::locate::ConfigSource;
use super::origin::{Origin, Sourced};
use super::secret::Secret;
use super::targets::SettingNames;

/// What a setting is resolved from, and what was found wrong on the way.
pub(super) struct SettingResolver<'a> {
    pub(super) env: &'a Environment,
    pub(super) file: Option<(&'a SettingsFile, &'a ConfigContext)>,
    pub(super) files: &'a dyn SettingsFiles,
    pub(super) compose_defaults: &'a ComposeDefaults,
    pub(super) errors: Vec<ConfigError>,
    pub(super) notes: Vec<ConfigNote>,
}

impl<'a> SettingResolver<'a> {
    /// The settings of a server. Where it is not asked, what is wrong with them is no error; they are then its defaults.
    pub(super) fn resolve<T>(
        &mut self,
        args: &ConnectionArgs,
        server: Server,
        resolve: impl Fn(&mut SettingResolver<'_>, &ConnectionArgs) -> Option<T>,
    ) -> Option<T> {
        let before = self.errors.len();
        let found = resolve(self, args);
        if args.asks(server) {
            return found;
        }
        self.errors.truncate(before);
        found.or_else(|| {
            let mut nothing = SettingResolver {
                env: &Environment::default(),
                file: None,
                files: self.files,
                compose_defaults: &ComposeDefaults::default(),
                errors: Vec::new(),
                notes: Vec::new(),
            };
            resolve(&mut nothing, &ConnectionArgs::default())
        })
    }

    /// The text of a setting: flag, else variable, else file, else what files of the project say.
    pub(super) fn text(&self, flag: Option<&str>, setting: &SettingNames) -> Option<Sourced<Secret>> {
        self.given(flag, setting)
            .or_else(|| self.compose_defaults.get(setting.flag))
    }

    /// The text that a person gave.
    pub(super) fn given(&self, flag: Option<&str>, setting: &SettingNames) -> Option<Sourced<Secret>> {
        let flag = flag.map(|text| Sourced::new(Secret::new(text), Origin::Flag(setting.flag)));
        flag.or_else(|| self.variable(setting.env))
            .or_else(|| self.file_text(setting))
    }

    /// The first of the variables that is set.
    pub(super) fn variable(&self, names: &[&'static str]) -> Option<Sourced<Secret>> {
        let (name, text) = self.env.first(names)?;
        Some(Sourced::new(Secret::new(text), Origin::Env(name)))
    }

    /// The text in the file.
    pub(super) fn file_text(&self, setting: &SettingNames) -> Option<Sourced<Secret>> {
        match self.file_value(setting)? {
            (ConfigValue::Text(text), origin) => Some(Sourced::new(text.clone(), origin)),
            _ => None,
        }
    }

    /// The value in the file.
    pub(super) fn file_value(&self, setting: &SettingNames) -> Option<(&'a ConfigValue, Origin)> {
        let (file, context) = self.file?;
        let entry = context.entry(setting.key)?;
        Some((&entry.value, file.origin(context, entry)))
    }

    /// A switch: the flag turns it on, a variable or the file turns it on or off.
    pub(super) fn switch(&mut self, flag: bool, setting: &SettingNames) -> Sourced<bool> {
        if flag {
            return Sourced::new(true, Origin::Flag(setting.flag));
        }
        if let Some((name, text)) = self.env.first(setting.env) {
            let origin = Origin::Env(name);
            match text.to_ascii_lowercase().as_str() {
                "true" | "1" => return Sourced::new(true, origin),
                "false" | "0" => return Sourced::new(false, origin),
                _ => self.errors.push(
                    ConfigError::new(name, format!("{} is not true or false", quote_text(text)))
                        .advising(origin.assigning("true")),
                ),
            }
        }
        match self.file_value(setting) {
            Some((ConfigValue::Switch(on), origin)) => Sourced::new(*on, origin),
            _ => Sourced::default_of(false),
        }
    }

    /// Reads an address; an error is collected and leaves nothing.
    pub(super) fn address(
        &mut self,
        text: Option<Sourced<Secret>>,
        assume: AddressDefaults,
        example: &str,
    ) -> Option<Sourced<ServerEndpoint>> {
        let Sourced { value, origin } = text?;
        match endpoint::parse_endpoint(value.expose(), assume) {
            Ok(endpoint) if endpoint.query_dropped && !is_sdk_variable(&origin) => {
                let advice = origin.assigning(&endpoint::format_url(&endpoint.url));
                self.errors
                    .push(ConfigError::new(origin.place(), keys::QUERY).advising(advice));
                None
            }
            Ok(endpoint) => Some(Sourced::new(endpoint, origin)),
            Err(refused) => {
                self.errors.push(ConfigError::rejected(&origin, &refused, example));
                None
            }
        }
    }

    /// Headers by name: a flag's wins over a variable's, a variable's over the file's.
    pub(super) fn headers(&mut self, flags: &[Secret], setting: &SettingNames) -> Vec<Header> {
        let mut layers = [
            self.flag_headers(flags, setting),
            self.variable_headers(setting),
            Vec::new(),
        ];
        if let Some((ConfigValue::Headers(pairs), origin)) = self.file_value(setting) {
            let header = |(name, value): &(String, Secret)| Header::new(name, value.clone(), origin.clone());
            layers[2] = pairs.iter().map(header).collect();
        }
        let mut headers: Vec<Header> = Vec::new();
        for layer in layers {
            let new: Vec<Header> = layer
                .into_iter()
                .filter(|header| !Header::contains(&headers, &header.name))
                .collect();
            headers.extend(new);
        }
        headers
    }

    fn flag_headers(&mut self, flags: &[Secret], setting: &SettingNames) -> Vec<Header> {
        let mut headers = Vec::new();
        for text in flags {
            let origin = Origin::Flag(setting.flag);
            match header::parse_header(text.expose()) {
                Ok((name, value)) => headers.push(Header::new(&name, Secret::new(value), origin)),
                Err(refused) => self.errors.push(ConfigError::rejected(&origin, &refused, "Name=value")),
            }
        }
        headers
    }

    fn variable_headers(&mut self, setting: &SettingNames) -> Vec<Header> {
        let Some((name, text)) = self.env.first(setting.env) else {
            return Vec::new();
        };
        let origin = Origin::Env(name);
        match header::parse_header_list(text) {
            Ok(pairs) => {
                let header = |(name, value): (String, String)| Header::new(&name, Secret::new(value), origin.clone());
                pairs.into_iter().map(header).collect()
            }
            Err(refused) => {
                let example = "name=value,name2=value2";
                let errors = refused.iter().map(|why| ConfigError::new(name, &why.message));
                self.errors
                    .extend(errors.map(|error| error.advising(origin.assigning(example))));
                Vec::new()
            }
        }
    }

    /// The path of a file that a setting names. In the file, it counts from the file's own folder.
    pub(super) fn path(&self, flag: Option<&Path>, setting: &SettingNames) -> Option<Sourced<PathBuf>> {
        if let Some(path) = flag {
            return Some(Sourced::new(path.to_owned(), Origin::Flag(setting.flag)));
        }
        let text = self.variable(setting.env).or_else(|| self.file_text(setting))?;
        let path = PathBuf::from(text.value.expose());
        let path = match (&text.origin, path.strip_prefix("~"), self.env.get("HOME")) {
            (Origin::File { .. }, Ok(below), Some(home)) => Path::new(home).join(below),
            (Origin::File { path: file, .. }, ..) => file.parent().unwrap_or(Path::new("")).join(path),
            _ => path,
        };
        Some(Sourced::new(path, text.origin))
    }

    /// The text of a named file; an error is collected and leaves nothing.
    pub(super) fn content(&mut self, path: &Sourced<PathBuf>) -> Option<String> {
        match self.files.read(&path.value) {
            Ok(text) => Some(text),
            Err(why) => {
                let message = format!("cannot read '{}': {}", path.value.display(), explain_io_error(&why));
                self.errors.push(ConfigError::new(path.origin.place(), message));
                None
            }
        }
    }

    /// A secret that is all there is in a file.
    pub(super) fn secret_in(&mut self, path: &Sourced<PathBuf>) -> Option<Secret> {
        let text = self.content(path)?;
        let secret = text.trim();
        if secret.is_empty() || secret.contains(['\n', '\r']) {
            let what = if secret.is_empty() {
                "is empty"
            } else {
                "has more than one line"
            };
            let message = format!("'{}' {what}; it must contain only the secret", path.value.display());
            self.errors.push(ConfigError::new(path.origin.place(), message));
            return None;
        }
        Some(Secret::new(secret))
    }

    /// True where a value comes from a file that receives no secrets.
    fn is_from_untrusted_file(&self, origin: &Origin) -> bool {
        let stranger = self
            .file
            .is_some_and(|(file, _)| file.source == ConfigSource::WorkingDirectory);
        stranger && matches!(origin, Origin::File { .. })
    }

    /// May this credential go to that address? Never to one that a file in the working directory names.
    pub(super) fn admits_secret(&mut self, address: &Origin, credential: &Origin) -> bool {
        if !self.is_from_untrusted_file(address) || self.is_from_untrusted_file(credential) {
            return self.admits_trust(address, credential);
        }
        let why = format!("not sent: the address comes from {address}, found in the working directory");
        if let Origin::Flag(flag) = credential {
            let advice = format!("--config {}    (if you trust it)", self.path_of_file());
            self.errors.push(ConfigError::new(*flag, why).advising(advice));
        } else {
            self.hold_back(credential, &why);
        }
        false
    }

    /// May what was given for another address, be it a credential or whom to trust, be used for this one as well? A flag is
    /// no error here: it is meant for that other address.
    pub(super) fn admits_for(&mut self, what: &str, address: &Origin, setting: &Origin) -> bool {
        if !self.is_from_untrusted_file(address) || self.is_from_untrusted_file(setting) {
            return self.admits_trust(address, setting);
        }
        let why = format!("not sent to {what}: its address comes from {address}, found in the working directory");
        self.hold_back(setting, &why);
        false
    }

    fn hold_back(&mut self, credential: &Origin, why: &str) {
        let message = format!("{why}; pass --config {} if you trust it", self.path_of_file());
        self.note(ConfigNote::held_back(credential.place(), message));
    }

    fn path_of_file(&self) -> String {
        let path = self.file.map(|(file, _)| file.path.display().to_string());
        path.unwrap_or_default()
    }

    /// Several headers of one variable are told of once.
    pub(super) fn note(&mut self, note: ConfigNote) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// May this setting shape how that address is asked? A file in the working directory shapes only what it names.
    pub(super) fn admits_trust(&mut self, address: &Origin, setting: &Origin) -> bool {
        let admitted = !self.is_from_untrusted_file(setting) || self.is_from_untrusted_file(address);
        if !admitted {
            let message = format!("ignored: found in the working directory, and the address comes from {address}");
            self.note(ConfigNote::held_back(setting.place(), message));
        }
        admitted
    }
}

/// SDKs leave a query out; so do we, where their variables are read.
fn is_sdk_variable(origin: &Origin) -> bool {
    matches!(origin, Origin::Env(name) if name.starts_with("OTEL_"))
}
