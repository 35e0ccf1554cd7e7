//! One HTTP target: its address, and the credentials that go there and nowhere else.

use url::Url;

use telemetry::parse::endpoint::AddressDefaults;

use super::args::ApiFlags;
use super::auth::{self, Auth};
use super::origin::{Origin, Sourced};
use super::redactor::Redactor;
use super::resolver::SettingResolver;
use super::secret::Secret;
use super::targets::TargetNames;
use super::tls::TlsSettings;

/// A header to send. The value prints as `redacted`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The name as it was written.
    pub name: String,
    /// The value.
    pub value: Secret,
    /// Where it came from.
    pub origin: Origin,
}

impl Header {
    /// A header from somewhere.
    pub fn new(name: &str, value: Secret, origin: Origin) -> Self {
        Header {
            name: name.to_owned(),
            value,
            origin,
        }
    }

    /// True where one of `headers` has that name; case does not count.
    pub fn contains(headers: &[Header], name: &str) -> bool {
        headers.iter().any(|header| header.name.eq_ignore_ascii_case(name))
    }

    /// Teaches the redactor the value, unless everybody may know it.
    pub(super) fn teach_redactor(&self, redactor: &mut Redactor) {
        const HARMLESS: [&str; 6] = [
            "x-scope-orgid",
            "x-grafana-org-id",
            "accept",
            "content-type",
            "content-encoding",
            "user-agent",
        ];
        if HARMLESS.iter().any(|name| self.name.eq_ignore_ascii_case(name)) {
            return;
        }
        redactor.add(&self.value);
        // `Bearer TOKEN`: the token alone is as secret.
        if let Some((_, credential)) = self.value.expose().split_once(' ') {
            redactor.add(&Secret::new(credential));
        }
    }
}

/// One HTTP target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiTarget {
    /// Its address: scheme, host, port, path prefix without trailing slash.
    pub url: Sourced<Url>,
    /// How it lets us in.
    pub auth: Auth,
    /// Headers for it alone.
    pub headers: Vec<Header>,
    /// Its own tenant: `X-Scope-OrgID` for Prometheus and Loki, `X-Grafana-Org-Id` for Grafana. Tempo's are
    /// [`super::Settings::tenants`].
    pub org_id: Option<Sourced<String>>,
    /// How its TLS is done.
    pub tls: TlsSettings,
    /// A silence of it is a failure. Otherwise it is a default that may not exist.
    pub given: bool,
}

impl ApiTarget {
    /// The target at its default address, where nobody gave one.
    pub(super) fn or_default(
        layers: &mut SettingResolver<'_>,
        flags: &ApiFlags<'_>,
        target: &TargetNames,
    ) -> Option<ApiTarget> {
        let url = layers.text(flags.url.map(Secret::expose), &target.url);
        let url = url.unwrap_or_else(|| Sourced::default_of(Secret::new(target.example)));
        ApiTarget::resolve_at(layers, flags, target, url)
    }

    /// The target, where somebody gave its address.
    pub(super) fn if_given(
        layers: &mut SettingResolver<'_>,
        flags: &ApiFlags<'_>,
        target: &TargetNames,
    ) -> Option<ApiTarget> {
        let url = layers.text(flags.url.map(Secret::expose), &target.url)?;
        ApiTarget::resolve_at(layers, flags, target, url)
    }

    fn resolve_at(
        layers: &mut SettingResolver<'_>,
        flags: &ApiFlags<'_>,
        target: &TargetNames,
        url: Sourced<Secret>,
    ) -> Option<ApiTarget> {
        let assume = AddressDefaults {
            scheme: "http",
            port: Some(target.port),
        };
        let origin = url.origin.clone();
        let endpoint = layers.address(Some(url), assume, target.example);
        let login = endpoint.as_ref().and_then(|endpoint| endpoint.value.login.clone());
        // All is resolved even where the address is wrong, so that every error is told.
        let mut auth = auth::resolve_auth(
            layers,
            flags,
            target,
            login.map(|login| Sourced::new(login, origin.clone())),
        );
        if let Some(from) = auth.origin().cloned()
            && !layers.admits_secret(&origin, &from)
        {
            auth = Auth::None;
        }
        let mut headers = layers.headers(flags.headers, &target.headers);
        headers.retain(|header| layers.admits_secret(&origin, &header.origin));
        let org_id = layers
            .text(flags.org_id, &target.org_id)
            .map(|id| id.map(|id| id.expose().to_owned()));
        let tls = TlsSettings::resolve(layers, &flags.tls, &target.tls, &origin);
        Some(ApiTarget {
            url: endpoint?.map(|endpoint| endpoint.url),
            auth,
            headers,
            org_id,
            tls,
            given: origin != Origin::Default,
        })
    }
}
