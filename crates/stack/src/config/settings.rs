//! What is meant: every setting resolved once, each with where it came from.

use telemetry::model::marker::Protocol;
use telemetry::parse::endpoint::{self, AddressDefaults};
use telemetry::parse::header;
use telemetry::parse::parse_error::quote_text;

use super::api::{ApiTarget, Header};
use super::args::{ConnectionArgs, Server};
use super::compose_defaults::ComposeDefaults;
use super::environment::{Environment, Proxy};
use super::error::{ConfigError, ConfigErrors, ConfigNote};
use super::file::{ConfigContext, ConfigValue, SettingsFile};
use super::files::SettingsFiles;
use super::locate::locate_config;
use super::origin::{Origin, Sourced};
use super::otlp::{OtlpSettings, TempoReceiver};
use super::redactor::Redactor;
use super::resolver::SettingResolver;
use super::secret::Secret;
use super::targets::{COLLECTOR, GRAFANA, LOKI, NO_PROXY, PROMETHEUS, TARGETS, TEMPO, otlp as otlp_names};
use crate::clients::answer_budget::AnswerBudget;

/// The header that carries a tenant.
pub const TENANT_HEADER: &str = "X-Scope-OrgID";

/// What is meant. Nothing in it prints a secret.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Tempo's query API; always counts as given.
    pub tempo: ApiTarget,
    /// Where the sender sends; always counts as given.
    pub otlp: OtlpSettings,
    /// Prometheus or Mimir.
    pub prometheus: ApiTarget,
    /// Grafana.
    pub grafana: ApiTarget,
    /// Loki, where given.
    pub loki: Option<ApiTarget>,
    /// The metrics of the collector itself, where given.
    pub collector_metrics: Option<ApiTarget>,
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
    /// Memory for what the servers of this run answer.
    pub answers: AnswerBudget,
    /// What was set and did not count.
    pub notes: Vec<ConfigNote>,
    asked: Option<&'static [Server]>,
    /// Knows the credentials that were given and did not count; they are kept out of every output all the same.
    unused: Redactor,
}

impl Settings {
    /// Finds and reads the configuration file, and resolves.
    pub fn load(args: &ConnectionArgs, env: &Environment, files: &dyn SettingsFiles) -> Result<Settings, ConfigErrors> {
        Settings::load_with_compose(args, env, files, &ComposeDefaults::default())
    }

    /// The same; what files of the project say counts before a default.
    pub fn load_with_compose(
        args: &ConnectionArgs,
        env: &Environment,
        files: &dyn SettingsFiles,
        beside: &ComposeDefaults,
    ) -> Result<Settings, ConfigErrors> {
        let Some(found) = locate_config(args, env, files)? else {
            return Settings::resolve_with_compose(args, env, None, files, beside);
        };
        match SettingsFile::parse(&found.path, found.source, &found.text) {
            Ok(file) => Settings::resolve_with_compose(args, env, Some(&file), files, beside),
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
        file: Option<&SettingsFile>,
        files: &dyn SettingsFiles,
    ) -> Result<Settings, ConfigErrors> {
        Settings::resolve_with_compose(args, env, file, files, &ComposeDefaults::default())
    }

    fn resolve_with_compose(
        args: &ConnectionArgs,
        env: &Environment,
        file: Option<&SettingsFile>,
        files: &dyn SettingsFiles,
        beside: &ComposeDefaults,
    ) -> Result<Settings, ConfigErrors> {
        let context = match file {
            Some(file) => file.context(args.context())?.map(|context| (file, context)),
            None => None,
        };
        let mut layers = SettingResolver {
            env,
            file: context,
            files,
            compose_defaults: beside,
            errors: Vec::new(),
            notes: Vec::new(),
        };
        if let (None, Some(name)) = (file, args.context()) {
            layers.errors.push(build_no_file_error(name));
        }
        let tenants = resolve_tenants(&layers, &args.tempo.org_id);
        let mut tempo = layers.resolve(args, Server::Tempo, |layers, args| {
            ApiTarget::or_default(layers, &args.tempo.api(), &TEMPO)
        });
        let sender = layers.resolve(args, Server::Receiver, |layers, args| {
            let (otlp, given) = OtlpSettings::resolve(layers, &args.otlp);
            let protocol = otlp.as_ref().map_or(Protocol::HttpProtobuf, |otlp| otlp.protocol.value);
            let behind = TempoReceiver::resolve(layers, &args.otlp, protocol, given);
            Some((otlp?, behind))
        });
        let (mut otlp, mut tempo_otlp) = sender.unzip();
        let headers = [
            tempo.as_mut().map(|tempo| &mut tempo.headers),
            otlp.as_mut().map(|otlp| &mut otlp.headers),
            tempo_otlp
                .as_mut()
                .and_then(|behind| Some(&mut behind.as_mut()?.headers)),
        ];
        for headers in headers.into_iter().flatten() {
            headers.retain(|header| !is_overruled(&mut layers, header, &tenants.origin));
        }
        let prometheus = layers.resolve(args, Server::Prometheus, |layers, args| {
            ApiTarget::or_default(layers, &args.prometheus.api(), &PROMETHEUS)
        });
        let grafana = layers.resolve(args, Server::Grafana, |layers, args| {
            let grafana = ApiTarget::or_default(layers, &args.grafana.api(), &GRAFANA);
            if let Some(id) = grafana.as_ref().and_then(|grafana| grafana.org_id.as_ref()) {
                check_org_number(layers, id);
            }
            grafana
        });
        let loki = layers.resolve(args, Server::Loki, |layers, args| {
            ApiTarget::if_given(layers, &args.loki.api(), &LOKI)
        });
        let collector_metrics = layers.resolve(args, Server::Collector, |layers, args| {
            ApiTarget::if_given(layers, &args.collector.api(), &COLLECTOR)
        });
        let no_proxy = layers.switch(args.config.no_proxy, &NO_PROXY);
        let SettingResolver { errors, notes, .. } = layers;
        match (tempo, otlp, prometheus, grafana) {
            (Some(tempo), Some(otlp), Some(prometheus), Some(grafana)) if errors.is_empty() => Ok(Settings {
                tempo: ApiTarget { given: true, ..tempo },
                otlp,
                prometheus,
                grafana,
                loki,
                collector_metrics,
                tempo_otlp: tempo_otlp.flatten(),
                tenants,
                no_proxy,
                proxies: env.proxies(),
                context: context.map(|(file, context)| source_context_name(file, context)),
                answers: args
                    .config
                    .memory_limit
                    .map_or_else(AnswerBudget::default, AnswerBudget::new),
                notes,
                asked: args.asked,
                unused: collect_unused_secrets(env, context),
            }),
            _ => Err(ConfigErrors(errors)),
        }
    }

    /// True for a server that is asked; what is wrong with the settings of another does not matter.
    pub fn asks(&self, server: Server) -> bool {
        self.asked.is_none_or(|asked| asked.contains(&server))
    }

    /// Every HTTP target that has an address, by name.
    pub fn apis(&self) -> impl Iterator<Item = (&'static str, &ApiTarget)> {
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
    pub fn held_back(&self) -> impl Iterator<Item = &ConfigNote> {
        self.notes.iter().filter(|note| note.held_back)
    }

    /// Masks every credential these settings know, in any text.
    pub fn redactor(&self) -> Redactor {
        let mut redactor = self.unused.clone();
        let behind = self.tempo_otlp.as_ref();
        let headers = self.apis().flat_map(|(_, api)| &api.headers).chain(&self.otlp.headers);
        let headers = headers.chain(behind.into_iter().flat_map(|receiver| &receiver.headers));
        for header in headers {
            header.teach_redactor(&mut redactor);
        }
        for (_, api) in self.apis() {
            api.auth.teach_redactor(&mut redactor);
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

fn source_context_name(file: &SettingsFile, context: &ConfigContext) -> Sourced<String> {
    let origin = Origin::File {
        path: file.path.clone(),
        line: context.line,
        key: format!("contexts.{}", context.name),
        context: None,
    };
    Sourced::new(context.name.clone(), origin)
}

fn build_no_file_error(context: &str) -> ConfigError {
    ConfigError::new(
        "--context",
        format!("no context '{context}': no configuration file found"),
    )
    .advising("tempoctl config init")
}

fn resolve_tenants(layers: &SettingResolver<'_>, flags: &[String]) -> Sourced<Vec<String>> {
    if !flags.is_empty() {
        return Sourced::new(flags.to_vec(), Origin::Flag(TEMPO.org_id.flag));
    }
    if let Some(tenant) = layers.variable(TEMPO.org_id.env) {
        return tenant.map(|tenant| vec![tenant.expose().to_owned()]);
    }
    match layers.file_value(&TEMPO.org_id) {
        Some((ConfigValue::Texts(tenants), origin)) => Sourced::new(tenants.clone(), origin),
        _ => Sourced::default_of(Vec::new()),
    }
}

/// A tenant header from a lower layer than the tenants themselves would contradict them.
fn is_overruled(layers: &mut SettingResolver<'_>, header: &Header, tenants: &Origin) -> bool {
    let overruled = header.name.eq_ignore_ascii_case(TENANT_HEADER) && tenants.rank() > header.origin.rank();
    if overruled {
        let message = format!("its {} is not sent: {tenants} sets the tenant", header.name);
        layers.note(ConfigNote::new(header.origin.place(), message));
    }
    overruled
}

/// Grafana's organisations have numbers.
fn check_org_number(layers: &mut SettingResolver<'_>, id: &Sourced<String>) {
    if id.value.is_empty() || !id.value.bytes().all(|b| b.is_ascii_digit()) {
        let message = format!("{} is not a number", quote_text(&id.value));
        layers
            .errors
            .push(ConfigError::new(id.origin.place(), message).advising(id.origin.assigning("1")));
    }
}

/// The credentials of every layer, whether they count or not. What a flag gives always counts.
fn collect_unused_secrets(env: &Environment, context: Option<(&SettingsFile, &ConfigContext)>) -> Redactor {
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
            .and_then(|text| header::parse_header_list(text).ok())
            .unwrap_or_default();
        for (name, value) in pairs {
            Header::new(&name, Secret::new(value), Origin::Default).teach_redactor(&mut redactor);
        }
    }
    for entry in context.into_iter().flat_map(|(_, context)| &context.entries) {
        match &entry.value {
            ConfigValue::Text(text) => hide_login(text.expose(), &mut redactor),
            ConfigValue::Headers(pairs) => {
                for (name, value) in pairs {
                    Header::new(name, value.clone(), Origin::Default).teach_redactor(&mut redactor);
                }
            }
            ConfigValue::Texts(_) | ConfigValue::Switch(_) => {}
        }
    }
    redactor
}

fn hide_login(address: &str, redactor: &mut Redactor) {
    if let Some(login) = endpoint::parse_endpoint(address, AddressDefaults::HTTP)
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
