//! Services that say in their environment where they send traces.

use telemetry::model::EvidenceLine;
use telemetry::model::compose::{ComposeProject, ComposeRole, ComposeService, FileLocation};
use telemetry::parse::app_env::strip_quotes;
use telemetry::parse::authority::Authority;
use telemetry::parse::otel_env::{ENDPOINT, SPRING_ENDPOINTS, TRACES_ENDPOINT};

use super::build_service_evidence;
use super::host_resolution::has_unset_variable;

/// A service that sends traces somewhere, by its environment.
pub struct ComposeSender<'a> {
    /// Who.
    pub from: &'a ComposeService,
    /// The variable.
    pub name: String,
    /// Its value.
    pub url: String,
    /// The host in it.
    pub host: String,
    /// The port in it.
    pub port: u16,
    /// Where it stands.
    pub at: FileLocation,
}

impl ComposeSender<'_> {
    /// False where its SDK is told to export no traces by OTLP, or nothing.
    pub fn exports_traces(&self) -> bool {
        let set = |name: &str| self.from.environment.get(name)?.value.as_deref();
        let is_disabled = set("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"));
        !is_disabled && set("OTEL_TRACES_EXPORTER").is_none_or(|value| value.is_empty() || value.contains("otlp"))
    }

    /// Its line as evidence.
    pub fn build_evidence(&self) -> EvidenceLine {
        build_service_evidence(self.from, &self.at, &format!("environment.{}", self.name), &self.url)
    }
}

/// Every service whose environment names where traces go. What Tempo's own processes send about themselves does not count.
pub fn list_senders(project: &ComposeProject) -> Vec<ComposeSender<'_>> {
    let names = [TRACES_ENDPOINT, ENDPOINT].into_iter().chain(SPRING_ENDPOINTS);
    let of = |service: &ComposeService| {
        names.clone().find_map(|name| {
            let spot = service.environment.get(name)?;
            let value = spot.value.clone().filter(|value| !has_unset_variable(value))?;
            let bare = strip_quotes(&value).map(str::to_owned);
            Some((name.to_owned(), bare.unwrap_or(value), spot.at.clone()))
        })
    };
    project
        .services
        .iter()
        .filter(|service| service.role == ComposeRole::Other)
        .filter_map(|service| {
            let (name, url, at) = of(service)?;
            let Authority { host, port } = Authority::parse(&url);
            Some(ComposeSender {
                from: service,
                name,
                url,
                host,
                port,
                at,
            })
        })
        .collect()
}
