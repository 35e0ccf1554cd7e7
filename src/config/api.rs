//! One HTTP target: its address, and the credentials that go there and nowhere else.

use url::Url;

use crate::parse::endpoint::Assume;

use super::args::ApiFlags;
use super::auth::{self, Auth};
use super::layers::Layers;
use super::origin::{Origin, Sourced};
use super::redactor::Redactor;
use super::secret::Secret;
use super::targets::Target;
use super::tls::Tls;

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
    pub fn any(headers: &[Header], name: &str) -> bool {
        headers.iter().any(|header| header.name.eq_ignore_ascii_case(name))
    }

    /// Teaches the redactor the value, unless everybody may know it.
    pub(super) fn hide(&self, redactor: &mut Redactor) {
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
pub struct Api {
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
    pub tls: Tls,
    /// A silence of it is a failure. Otherwise it is a default that may not exist.
    pub given: bool,
}

impl Api {
    /// The target at its default address, where nobody gave one.
    pub(super) fn or_default(layers: &mut Layers<'_>, flags: &ApiFlags<'_>, target: &Target) -> Option<Api> {
        let url = layers.text(flags.url.map(Secret::expose), &target.url);
        let url = url.unwrap_or_else(|| Sourced::default_of(Secret::new(target.example)));
        Api::at(layers, flags, target, url)
    }

    /// The target, where somebody gave its address.
    pub(super) fn if_given(layers: &mut Layers<'_>, flags: &ApiFlags<'_>, target: &Target) -> Option<Api> {
        let url = layers.text(flags.url.map(Secret::expose), &target.url)?;
        Api::at(layers, flags, target, url)
    }

    fn at(layers: &mut Layers<'_>, flags: &ApiFlags<'_>, target: &Target, url: Sourced<Secret>) -> Option<Api> {
        let assume = Assume {
            scheme: "http",
            port: Some(target.port),
        };
        let origin = url.origin.clone();
        let endpoint = layers.address(Some(url), assume, target.example);
        let login = endpoint.as_ref().and_then(|endpoint| endpoint.value.login.clone());
        // All is resolved even where the address is wrong, so that every error is told.
        let mut auth = auth::resolve(
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
        let tls = Tls::resolve(layers, &flags.tls, &target.tls, &origin);
        Some(Api {
            url: endpoint?.map(|endpoint| endpoint.url),
            auth,
            headers,
            org_id,
            tls,
            given: origin != Origin::Default,
        })
    }
}
