//! What is meant: every setting resolved once, each with where it came from.

use crate::model::marker::Protocol;
use crate::parse::endpoint::{self, Assume};
use crate::parse::header;
use crate::parse::rejected::quoted;

use super::api::{Api, Header};
use super::args::ConnectionArgs;
use super::beside::Beside;
use super::environment::{Environment, Proxy};
use super::error::{ConfigError, ConfigErrors, Note};
use super::file::{ConfigFile, Context, Value};
use super::files::Files;
use super::layers::Layers;
use super::locate::locate;
use super::origin::{Origin, Sourced};
use super::otlp::{Otlp, TempoReceiver};
use super::redactor::Redactor;
use super::secret::Secret;
use super::targets::{COLLECTOR, GRAFANA, LOKI, NO_PROXY, PROMETHEUS, TARGETS, TEMPO, otlp as otlp_names};

/// The header that carries a tenant.
pub const TENANT_HEADER: &str = "X-Scope-OrgID";

/// What is meant. Nothing in it prints a secret.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Tempo's query API; always counts as given.
    pub tempo: Api,
    /// Where the sender sends; always counts as given.
    pub otlp: Otlp,
    /// Prometheus or Mimir.
    pub prometheus: Api,
    /// Grafana.
    pub grafana: Api,
    /// Loki, where given.
    pub loki: Option<Api>,
    /// The metrics of the collector itself, where given.
    pub collector_metrics: Option<Api>,
    /// Tempo's receiver behind the collector, where given.
    pub tempo_otlp: Option<TempoReceiver>,
    /// The tenants to look at, each sent verbatim as `X-Scope-OrgID` to OTLP and to Tempo's API. None: no such header.
    pub tenants: Sourced<Vec<String>>,
    /// Ignore the proxy variables.
    pub no_proxy: Sourced<bool>,
    /// The proxy variables that are set.
    pub proxies: Vec<Proxy>,
    /// The configuration file that counted and its context.
    pub context: Option<Sourced<String>>,
    /// What was set and did not count.
    pub notes: Vec<Note>,
    /// Knows the credentials that were given and did not count; they are kept out of every output all the same.
    unused: Redactor,
}

impl Settings {
    /// Finds and reads the configuration file, and resolves.
    pub fn load(args: &ConnectionArgs, env: &Environment, files: &dyn Files) -> Result<Settings, ConfigErrors> {
        Settings::load_beside(args, env, files, &Beside::default())
    }

    /// The same; what files of the project say counts before a default.
    pub fn load_beside(
        args: &ConnectionArgs,
        env: &Environment,
        files: &dyn Files,
        beside: &Beside,
    ) -> Result<Settings, ConfigErrors> {
        let Some(found) = locate(args, env, files)? else {
            return Settings::resolve_beside(args, env, None, files, beside);
        };
        match ConfigFile::parse(&found.path, found.source, &found.text) {
            Ok(file) => Settings::resolve_beside(args, env, Some(&file), files, beside),
            Err(ConfigErrors(mut errors)) => {
                // What is wrong with flags and variables is told in the same breath.
                if let Err(ConfigErrors(others)) = Settings::resolve(&args.with_context(None), env, None, files) {
                    errors.extend(others);
                }
                Err(ConfigErrors(errors))
            }
        }
    }

    /// Resolves every setting: flag, else variable, else file, else default. Reads only the files that settings name.
    pub fn resolve(
        args: &ConnectionArgs,
        env: &Environment,
        file: Option<&ConfigFile>,
        files: &dyn Files,
    ) -> Result<Settings, ConfigErrors> {
        Settings::resolve_beside(args, env, file, files, &Beside::default())
    }

    fn resolve_beside(
        args: &ConnectionArgs,
        env: &Environment,
        file: Option<&ConfigFile>,
        files: &dyn Files,
        beside: &Beside,
    ) -> Result<Settings, ConfigErrors> {
        let context = match file {
            Some(file) => file.context(args.context())?.map(|context| (file, context)),
            None => None,
        };
        let mut layers = Layers {
            env,
            file: context,
            files,
            beside,
            errors: Vec::new(),
            notes: Vec::new(),
        };
        if let (None, Some(name)) = (file, args.context()) {
            layers.errors.push(no_file(name));
        }
        let tenants = tenants(&layers, &args.tempo.org_id);
        let mut tempo = Api::or_default(&mut layers, &args.tempo.api(), &TEMPO);
        let (mut otlp, for_sender) = Otlp::resolve(&mut layers, &args.otlp);
        if let (Some(tempo), Some(otlp)) = (&mut tempo, &mut otlp) {
            tempo
                .headers
                .retain(|header| !is_overruled(&mut layers, header, &tenants.origin));
            otlp.headers
                .retain(|header| !is_overruled(&mut layers, header, &tenants.origin));
        }
        let prometheus = Api::or_default(&mut layers, &args.prometheus.api(), &PROMETHEUS);
        let grafana = Api::or_default(&mut layers, &args.grafana.api(), &GRAFANA);
        if let Some(id) = grafana.as_ref().and_then(|grafana| grafana.org_id.as_ref()) {
            check_number(&mut layers, id);
        }
        let loki = Api::if_given(&mut layers, &args.loki.api(), &LOKI);
        let collector_metrics = Api::if_given(&mut layers, &args.collector.api(), &COLLECTOR);
        let protocol = otlp.as_ref().map_or(Protocol::HttpProtobuf, |otlp| otlp.protocol.value);
        let mut tempo_otlp = TempoReceiver::resolve(&mut layers, &args.otlp, protocol, for_sender);
        if let Some(receiver) = &mut tempo_otlp {
            receiver
                .headers
                .retain(|header| !is_overruled(&mut layers, header, &tenants.origin));
        }
        let no_proxy = layers.switch(args.config.no_proxy, &NO_PROXY);
        let Layers { errors, notes, .. } = layers;
        match (tempo, otlp, prometheus, grafana) {
            (Some(tempo), Some(otlp), Some(prometheus), Some(grafana)) if errors.is_empty() => Ok(Settings {
                tempo: Api { given: true, ..tempo },
                otlp,
                prometheus,
                grafana,
                loki,
                collector_metrics,
                tempo_otlp,
                tenants,
                no_proxy,
                proxies: env.proxies(),
                context: context.map(|(file, context)| chosen(file, context)),
                notes,
                unused: unused(env, context),
            }),
            _ => Err(ConfigErrors(errors)),
        }
    }

    /// Every HTTP target that has an address, by name.
    pub fn apis(&self) -> impl Iterator<Item = (&'static str, &Api)> {
        [
            (TEMPO.name, Some(&self.tempo)),
            (PROMETHEUS.name, Some(&self.prometheus)),
            (GRAFANA.name, Some(&self.grafana)),
            (LOKI.name, self.loki.as_ref()),
            (COLLECTOR.name, self.collector_metrics.as_ref()),
        ]
        .into_iter()
        .filter_map(|(name, api)| Some((name, api?)))
    }

    /// What a file in the working directory was not given.
    pub fn held_back(&self) -> impl Iterator<Item = &Note> {
        self.notes.iter().filter(|note| note.held_back)
    }

    /// Masks every credential these settings know, in any text.
    pub fn redactor(&self) -> Redactor {
        let mut redactor = self.unused.clone();
        let behind = self.tempo_otlp.as_ref();
        let headers = self.apis().flat_map(|(_, api)| &api.headers).chain(&self.otlp.headers);
        let headers = headers.chain(behind.into_iter().flat_map(|receiver| &receiver.headers));
        for header in headers {
            header.hide(&mut redactor);
        }
        for (_, api) in self.apis() {
            api.auth.hide(&mut redactor);
        }
        let keys = self
            .apis()
            .filter_map(|(_, api)| api.tls.key.as_ref())
            .chain(&self.otlp.tls.key)
            .chain(behind.and_then(|receiver| receiver.tls.key.as_ref()));
        for key in keys {
            redactor.add(&key.value.text);
        }
        for proxy in &self.proxies {
            if let (Some(user), Some(password)) = (&proxy.user, &proxy.password) {
                redactor.add_login(user, password);
            }
        }
        redactor
    }
}

fn chosen(file: &ConfigFile, context: &Context) -> Sourced<String> {
    let origin = Origin::File {
        path: file.path.clone(),
        line: context.line,
        key: format!("contexts.{}", context.name),
        context: None,
    };
    Sourced::new(context.name.clone(), origin)
}

fn no_file(context: &str) -> ConfigError {
    ConfigError::new(
        "--context",
        format!("no context '{context}': no configuration file found"),
    )
    .advising("tempoctl config init")
}

fn tenants(layers: &Layers<'_>, flags: &[String]) -> Sourced<Vec<String>> {
    if !flags.is_empty() {
        return Sourced::new(flags.to_vec(), Origin::Flag(TEMPO.org_id.flag));
    }
    if let Some(tenant) = layers.variable(TEMPO.org_id.env) {
        return tenant.map(|tenant| vec![tenant.expose().to_owned()]);
    }
    match layers.file_value(&TEMPO.org_id) {
        Some((Value::Texts(tenants), origin)) => Sourced::new(tenants.clone(), origin),
        _ => Sourced::default_of(Vec::new()),
    }
}

/// A tenant header from a lower layer than the tenants themselves would contradict them.
fn is_overruled(layers: &mut Layers<'_>, header: &Header, tenants: &Origin) -> bool {
    let overruled = header.name.eq_ignore_ascii_case(TENANT_HEADER) && tenants.rank() > header.origin.rank();
    if overruled {
        let message = format!("its {} is not sent: {tenants} sets the tenant", header.name);
        layers.note(Note::new(header.origin.place(), message));
    }
    overruled
}

/// Grafana's organisations have numbers.
fn check_number(layers: &mut Layers<'_>, id: &Sourced<String>) {
    if id.value.is_empty() || !id.value.bytes().all(|b| b.is_ascii_digit()) {
        let message = format!("{} is not a number", quoted(&id.value));
        layers
            .errors
            .push(ConfigError::new(id.origin.place(), message).advising(id.origin.assigning("1")));
    }
}

/// The credentials of every layer, whether they count or not. What a flag gives always counts.
fn unused(env: &Environment, context: Option<(&ConfigFile, &Context)>) -> Redactor {
    let mut redactor = Redactor::default();
    let names = TARGETS
        .iter()
        .flat_map(|target| target.token.iter().chain(target.password));
    for secret in names.filter_map(|name| env.get(name)) {
        redactor.add(&Secret::new(secret));
    }
    let addresses = TARGETS
        .iter()
        .flat_map(|target| target.url.env)
        .chain(otlp_names::ENDPOINT.env)
        .chain(COLLECTOR.url.env);
    for text in addresses.filter_map(|name| env.get(name)) {
        hide_login(text, &mut redactor);
    }
    for name in otlp_names::HEADERS.env {
        let pairs = env
            .get(name)
            .and_then(|text| header::list(text).ok())
            .unwrap_or_default();
        for (name, value) in pairs {
            Header::new(&name, Secret::new(value), Origin::Default).hide(&mut redactor);
        }
    }
    for entry in context.into_iter().flat_map(|(_, context)| &context.entries) {
        match &entry.value {
            Value::Text(text) => hide_login(text.expose(), &mut redactor),
            Value::Headers(pairs) => {
                for (name, value) in pairs {
                    Header::new(name, value.clone(), Origin::Default).hide(&mut redactor);
                }
            }
            Value::Texts(_) | Value::Switch(_) => {}
        }
    }
    redactor
}

fn hide_login(address: &str, redactor: &mut Redactor) {
    if let Some(login) = endpoint::parse(address, Assume::HTTP)
        .ok()
        .and_then(|endpoint| endpoint.login)
    {
        redactor.add_login(&Secret::new(&login.user), &Secret::new(&login.password));
    }
}

#[cfg(test)]
#[path = "credentials_tests.rs"]
mod credentials;

#[cfg(test)]
#[path = "precedence_tests.rs"]
mod precedence;

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
