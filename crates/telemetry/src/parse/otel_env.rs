//! What an OpenTelemetry SDK would do with its environment (opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables
//! and …/specs/otel/protocol/exporter).

use url::Url;

use crate::model::app_env::{AppEnvironment, AppRuntime};
use crate::model::marker::Protocol;
use crate::model::receiver_path::add_traces_path;

/// The variables that give an endpoint, the one for traces first.
pub const TRACES_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
/// The base endpoint of every signal.
pub const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const PROTOCOLS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"];
const INSECURE: [&str; 3] = [
    "OTEL_EXPORTER_OTLP_TRACES_INSECURE",
    "OTEL_EXPORTER_OTLP_SPAN_INSECURE",
    "OTEL_EXPORTER_OTLP_INSECURE",
];

/// Spring Boot's own settings, which it reads under any spelling; the first of each pair since 4.0 (spring-projects/spring-boot
/// v4.0.0: module/spring-boot-micrometer-tracing-opentelemetry, OtlpTracingProperties.java; v3.5.0:
/// actuate/autoconfigure/tracing/otlp/OtlpTracingProperties.java).
pub const SPRING_ENDPOINTS: [&str; 2] = [
    "MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT",
    "MANAGEMENT_OTLP_TRACING_ENDPOINT",
];
/// How Spring Boot sends: `http`, the default, or `grpc`.
pub const SPRING_TRANSPORTS: [&str; 2] = [
    "MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_TRANSPORT",
    "MANAGEMENT_OTLP_TRACING_TRANSPORT",
];
const SPRING_SWITCHES: [&str; 2] = ["MANAGEMENT_TRACING_EXPORT_ENABLED", "MANAGEMENT_TRACING_ENABLED"];
/// The share of traces that Spring Boot keeps, 0.1 unless set.
pub const SPRING_PROBABILITY: &str = "MANAGEMENT_TRACING_SAMPLING_PROBABILITY";

/// How traces leave the SDK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SdkExporter {
    /// Over OTLP, the default.
    Otlp,
    /// Not at all, or to a terminal, or in another protocol: the value.
    Other(String),
}

/// Which traces are kept.
#[derive(Debug, Clone, PartialEq)]
pub struct SdkSampler {
    /// `parentbased_always_on` unless set.
    pub name: String,
    /// The share of traces that begin here and are kept; `None` where the environment does not say.
    pub share: Option<f64>,
    /// A name that no SDK knows, or an argument that is no number: the SDK falls back to its default.
    pub ignored: Option<String>,
}

/// Where an export goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SdkEndpoint {
    /// The exact address: with the path for HTTP, without one for gRPC.
    pub url: String,
    /// `tempo`
    pub host: String,
    /// Its port, or the one that the scheme implies.
    pub port: u16,
    /// The path for HTTP.
    pub path: String,
    /// The connection is encrypted.
    pub tls: bool,
    /// No scheme was written.
    pub bare: bool,
    /// The variable that gave it; `None` is the default.
    pub variable: Option<&'static str>,
}

/// What an SDK makes of its environment.
#[derive(Debug, Clone, PartialEq)]
pub struct SdkConfig {
    /// The variable that turns it off: `OTEL_SDK_DISABLED=true`.
    pub disabled: Option<&'static str>,
    /// How traces leave it.
    pub exporter: SdkExporter,
    /// The transport.
    pub protocol: Protocol,
    /// The variable that gave it; without one SDKs differ, most speak HTTP.
    pub protocol_variable: Option<&'static str>,
    /// Without a variable: what the application runs in, where that shows.
    pub runtime: Option<AppRuntime>,
    /// A protocol that is none: the value.
    pub protocol_ignored: Option<String>,
    /// Where exports go; an error where the address cannot be used.
    pub endpoint: Result<SdkEndpoint, String>,
    /// Which traces are kept.
    pub sampler: SdkSampler,
    /// The service's name.
    pub service: Option<String>,
}

impl SdkConfig {
    /// What an SDK would do with it.
    pub fn from_environment(environment: &AppEnvironment) -> SdkConfig {
        if let Some(given) = environment.first_set(&SPRING_ENDPOINTS)
            && !matches!(
                environment.runtime,
                Some(AppRuntime::JavaAgent1 | AppRuntime::JavaAgent2)
            )
        {
            return SdkConfig::from_spring(environment, given);
        }
        let (protocol, protocol_variable, protocol_ignored) = resolve_protocol(environment);
        SdkConfig {
            disabled: environment
                .first_set(&["OTEL_SDK_DISABLED"])
                .filter(|(_, value)| value.eq_ignore_ascii_case("true"))
                .map(|(name, _)| name),
            exporter: resolve_exporter(environment),
            protocol,
            protocol_variable,
            protocol_ignored,
            runtime: environment.runtime,
            endpoint: resolve_endpoint(environment, protocol),
            sampler: resolve_sampler(environment),
            service: resolve_service_name(environment),
        }
    }

    /// Spring Boot's own exporter: HTTP unless told otherwise, to the address as it stands.
    fn from_spring(environment: &AppEnvironment, given: (&'static str, &str)) -> SdkConfig {
        let transport = environment.first_set(&SPRING_TRANSPORTS);
        let protocol = match transport {
            Some((_, value)) if value.eq_ignore_ascii_case("grpc") => Protocol::Grpc,
            _ => Protocol::HttpProtobuf,
        };
        let probability = environment.get(SPRING_PROBABILITY);
        SdkConfig {
            disabled: environment
                .first_set(&SPRING_SWITCHES)
                .filter(|(_, value)| value.eq_ignore_ascii_case("false"))
                .map(|(name, _)| name),
            exporter: SdkExporter::Otlp,
            protocol,
            protocol_variable: Some(transport.map_or(given.0, |(name, _)| name)),
            protocol_ignored: None,
            runtime: environment.runtime,
            endpoint: build_endpoint(Some(given), protocol, true),
            sampler: SdkSampler {
                name: "by probability".to_owned(),
                share: probability.map_or(Some(0.1), |text| text.parse().ok()),
                ignored: None,
            },
            service: environment
                .get("SPRING_APPLICATION_NAME")
                .map(str::to_owned)
                .or_else(|| resolve_service_name(environment)),
        }
    }

    /// `http/protobuf to http://tempo:4318/v1/traces, parentbased_always_on, service shop`
    pub fn summary_line(&self) -> String {
        if self.disabled.is_some() {
            return "nothing: the SDK is disabled".to_owned();
        }
        if let SdkExporter::Other(name) = &self.exporter {
            return format!("nothing over OTLP: its exporter is {name}");
        }
        let to = match &self.endpoint {
            Ok(endpoint) => endpoint.url.clone(),
            Err(why) => format!("no usable address ({why})"),
        };
        let service = self.service.as_deref().unwrap_or("unknown_service");
        format!(
            "{} to {to}, sampler {}, service {service}",
            self.protocol.name(),
            self.sampler.name
        )
    }
}

fn resolve_protocol(environment: &AppEnvironment) -> (Protocol, Option<&'static str>, Option<String>) {
    match environment.first_set(&PROTOCOLS) {
        None => {
            let own = environment.runtime.and_then(AppRuntime::default_protocol);
            (own.unwrap_or_default(), None, None)
        }
        Some((name, value)) => match Protocol::from_name(value) {
            Some(protocol) => (protocol, Some(name), None),
            None => (Protocol::HttpProtobuf, None, Some(value.to_owned())),
        },
    }
}

fn resolve_exporter(environment: &AppEnvironment) -> SdkExporter {
    match environment.get("OTEL_TRACES_EXPORTER") {
        None => SdkExporter::Otlp,
        Some(list) if list.split(',').any(|name| name.trim() == "otlp") => SdkExporter::Otlp,
        Some(list) => SdkExporter::Other(list.to_owned()),
    }
}

fn resolve_sampler(environment: &AppEnvironment) -> SdkSampler {
    let default = || "parentbased_always_on".to_owned();
    let name = environment.get("OTEL_TRACES_SAMPLER").map(str::to_owned);
    let argument = environment.get("OTEL_TRACES_SAMPLER_ARG");
    let (name, share, ignored) = match name.as_deref() {
        None => (default(), Some(1.0), None),
        Some("always_on" | "parentbased_always_on") => (name.unwrap_or_default(), Some(1.0), None),
        Some("always_off" | "parentbased_always_off") => (name.unwrap_or_default(), Some(0.0), None),
        Some("traceidratio" | "parentbased_traceidratio") => {
            let share = argument
                .and_then(|text| text.parse::<f64>().ok())
                .filter(|share| (0.0..=1.0).contains(share));
            let ignored = argument
                .filter(|_| share.is_none())
                .map(|text| format!("OTEL_TRACES_SAMPLER_ARG={text}"));
            (name.unwrap_or_default(), Some(share.unwrap_or(1.0)), ignored)
        }
        Some("jaeger_remote" | "parentbased_jaeger_remote" | "xray") => (name.unwrap_or_default(), None, None),
        Some(other) => (default(), Some(1.0), Some(format!("OTEL_TRACES_SAMPLER={other}"))),
    };
    SdkSampler { name, share, ignored }
}

fn resolve_service_name(environment: &AppEnvironment) -> Option<String> {
    if let Some(name) = environment.get("OTEL_SERVICE_NAME") {
        return Some(name.to_owned());
    }
    let attributes = environment.get("OTEL_RESOURCE_ATTRIBUTES")?;
    let (_, name) = attributes
        .split(',')
        .filter_map(|entry| entry.split_once('='))
        .find(|(key, _)| key.trim() == "service.name")?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

fn resolve_endpoint(environment: &AppEnvironment, protocol: Protocol) -> Result<SdkEndpoint, String> {
    let given = environment.first_set(&[TRACES_ENDPOINT, ENDPOINT]);
    let insecure = environment
        .first_set(&INSECURE)
        .is_some_and(|(_, value)| value.eq_ignore_ascii_case("true"));
    build_endpoint(given, protocol, insecure)
}

fn build_endpoint(
    given: Option<(&'static str, &str)>,
    protocol: Protocol,
    insecure: bool,
) -> Result<SdkEndpoint, String> {
    let grpc = protocol == Protocol::Grpc;
    let default = if grpc {
        "http://localhost:4317"
    } else {
        "http://localhost:4318"
    };
    let text = given.map_or(default, |(_, text)| text);
    let bare = !text.contains("://");
    let scheme = if grpc && !insecure { "https" } else { "http" };
    let whole = if bare {
        format!("{scheme}://{text}")
    } else {
        text.to_owned()
    };
    let url = Url::parse(&whole).map_err(|why| why.to_string())?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("the scheme is {}, but must be http or https", url.scheme()));
    }
    let host = url
        .host_str()
        .filter(|host| !host.is_empty())
        .ok_or("it has no host")?
        .to_owned();
    let written = url.path().trim_end_matches('/');
    let path = match given {
        _ if grpc => String::new(),
        Some((name, _)) if name != ENDPOINT => {
            if written.is_empty() {
                "/".to_owned()
            } else {
                url.path().to_owned()
            }
        }
        _ => add_traces_path(written),
    };
    let port = url.port_or_known_default().unwrap_or(80);
    let tls = url.scheme() == "https";
    let shown_port = url.port().map_or(String::new(), |port| format!(":{port}"));
    Ok(SdkEndpoint {
        url: format!("{}://{host}{shown_port}{path}", url.scheme()),
        host,
        port,
        path,
        tls,
        bare,
        variable: given.map(|(name, _)| name),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plan(pairs: &[(&str, &str)]) -> SdkConfig {
        let pairs: Vec<(String, String)> = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        SdkConfig::from_environment(&crate::parse::app_env::mask_environment("test", None, &pairs))
    }

    fn url(pairs: &[(&str, &str)]) -> String {
        plan(pairs).endpoint.expect("an address").url
    }

    #[test]
    fn endpoints_are_built_as_the_specification_says() {
        let grpc = ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
        assert_eq!(url(&[]), "http://localhost:4318/v1/traces");
        assert_eq!(url(&[grpc]), "http://localhost:4317");
        assert_eq!(url(&[(ENDPOINT, "http://tempo:4318")]), "http://tempo:4318/v1/traces");
        assert_eq!(
            url(&[(ENDPOINT, "http://tempo:4318/base/")]),
            "http://tempo:4318/base/v1/traces"
        );
        assert_eq!(
            url(&[(ENDPOINT, "http://tempo:4318/v1/traces")]),
            "http://tempo:4318/v1/traces/v1/traces"
        );
        assert_eq!(url(&[(TRACES_ENDPOINT, "http://tempo:4318")]), "http://tempo:4318/");
        assert_eq!(
            url(&[(TRACES_ENDPOINT, "http://tempo:4318/v1/traces"), (ENDPOINT, "http://x")]),
            "http://tempo:4318/v1/traces"
        );
        let bare = plan(&[(ENDPOINT, "tempo:4317"), grpc]).endpoint.expect("an address");
        assert!(bare.tls && bare.bare && bare.port == 4317);
        assert!(
            !plan(&[(ENDPOINT, "tempo:4317"), grpc, ("OTEL_EXPORTER_OTLP_INSECURE", "true")])
                .endpoint
                .expect("an address")
                .tls
        );
        assert!(plan(&[(ENDPOINT, "unix:///tmp/x")]).endpoint.is_err());
    }

    #[test]
    fn spring_boot_sends_to_the_address_as_it_stands() {
        let four = SPRING_ENDPOINTS[0];
        let old = ("management.otlp.tracing.endpoint", "http://tempo:4318");
        assert_eq!(url(&[old]), "http://tempo:4318/");
        assert_eq!(
            url(&[(four, "http://tempo:4318/v1/traces"), old]),
            "http://tempo:4318/v1/traces"
        );
        let grpc = plan(&[(four, "http://tempo:4317"), (SPRING_TRANSPORTS[0], "grpc")]);
        assert_eq!(grpc.protocol, Protocol::Grpc);
        assert_eq!(grpc.sampler.share, Some(0.1));
        let never = plan(&[old, ("management.tracing.sampling.probability", "0")]);
        assert_eq!(never.sampler.share, Some(0.0));
        assert!(plan(&[old, ("MANAGEMENT_TRACING_ENABLED", "false")]).disabled.is_some());
        assert_eq!(
            plan(&[old, ("spring.application.name", "shop")]).service.as_deref(),
            Some("shop")
        );
    }

    #[test]
    fn an_agent_decides_what_no_variable_does() {
        let agent = |version: &str| {
            let options = format!("-javaagent:/opentelemetry-javaagent-{version}.jar");
            plan(&[("JAVA_TOOL_OPTIONS", &options)]).protocol
        };
        assert_eq!(agent("1.33.6"), Protocol::Grpc);
        assert_eq!(agent("2.10.0"), Protocol::HttpProtobuf);
    }

    #[test]
    fn samplers_and_their_arguments() {
        let share = |name: &str, argument: &str| {
            plan(&[("OTEL_TRACES_SAMPLER", name), ("OTEL_TRACES_SAMPLER_ARG", argument)]).sampler
        };
        assert_eq!(share("always_off", "").share, Some(0.0));
        assert_eq!(share("traceidratio", "0.25").share, Some(0.25));
        let wrong = share("parentbased_traceidratio", "25%");
        assert_eq!(
            (wrong.share, wrong.ignored.as_deref()),
            (Some(1.0), Some("OTEL_TRACES_SAMPLER_ARG=25%"))
        );
        assert_eq!(share("sometimes", "").name, "parentbased_always_on");
        assert_eq!(share("jaeger_remote", "endpoint=http://x").share, None);
    }

    #[test]
    fn names_come_from_either_variable() {
        assert_eq!(
            plan(&[("OTEL_RESOURCE_ATTRIBUTES", "a=b,service.name=shop")])
                .service
                .as_deref(),
            Some("shop")
        );
        assert_eq!(plan(&[]).service, None);
    }

    proptest! {
        #[test]
        fn any_environment_is_read(values in prop::collection::vec(".{0,30}", 6)) {
            let names = [ENDPOINT, TRACES_ENDPOINT, "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_TRACES_EXPORTER"];
            let pairs: Vec<(&str, &str)> = names.into_iter().zip(values.iter().map(String::as_str)).collect();
            let _ = plan(&pairs).summary_line();
        }
    }
}
