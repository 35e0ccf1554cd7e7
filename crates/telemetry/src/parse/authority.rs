//! Where an address leads: host and port.

use url::Url;

/// Host and port of an address; the port is the scheme's where none is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// A name in lower case, an IPv4 address, or an IPv6 address in brackets.
    pub host: String,
    /// 80 where neither address nor scheme says another.
    pub port: u16,
}

impl Authority {
    /// Of a URL or a bare `host:port`. What is no address leads to a host of that name.
    pub fn parse(address: &str) -> Self {
        let parsed = match address.contains("://") {
            true => Url::parse(address),
            false => Url::parse(&format!("http://{address}")),
        };
        let known = parsed.ok().and_then(|url| {
            let host = url.host_str()?.to_ascii_lowercase();
            Some(Authority {
                host,
                port: url.port_or_known_default().unwrap_or(80),
            })
        });
        known.unwrap_or_else(|| Authority {
            host: address.to_ascii_lowercase(),
            port: 80,
        })
    }

    /// The same host and port, where the names of this machine are one host. Other addresses of the loopback network are
    /// hosts of their own: a receiver bound to 127.0.0.2 is not reached by `localhost`.
    pub fn is_same_place(&self, other: &Authority) -> bool {
        self.port == other.port && (self.host == other.host || is_localhost(&self.host) && is_localhost(&other.host))
    }

    /// True where only the machine itself, or the container, reaches it.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }
}

impl std::fmt::Display for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// Two addresses that lead to the same host and port, whatever their schemes and paths.
pub fn is_same_place(left: &str, right: &str) -> bool {
    Authority::parse(left).is_same_place(&Authority::parse(right))
}

/// `localhost`, `127.…`, `[::1]`
pub fn is_loopback(host: &str) -> bool {
    is_localhost(host) || host.starts_with("127.")
}

fn is_localhost(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || host == "::1" || host == "127.0.0.1"
}

/// `http://tempo:3200/x/?y=1` → `/x`
pub fn extract_path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    rest.find('/').map_or("", |at| &rest[at..]).trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_a_host_and_a_port() {
        for (address, authority) in [
            ("http://prometheus", "prometheus:80"),
            ("https://Tempo.example.com/tempo", "tempo.example.com:443"),
            ("http://user:pass@tempo:3200/x?y", "tempo:3200"),
            ("tempo:4317", "tempo:4317"),
            ("http://[::1]:3200/x", "[::1]:3200"),
            ("grpc://Tempo:4317", "tempo:4317"),
            ("", ":80"),
        ] {
            assert_eq!(Authority::parse(address).to_string(), authority, "{address}");
        }
    }

    #[test]
    fn one_place_has_many_spellings() {
        for (left, right) in [
            ("http://prometheus", "http://prometheus:80/api/v1/write"),
            ("http://localhost:9090", "http://127.0.0.1:9090/"),
            ("http://[::1]:9090", "LOCALHOST:9090"),
            ("https://tempo", "tempo:443"),
        ] {
            assert!(is_same_place(left, right), "{left} {right}");
        }
        for (left, right) in [
            ("http://prometheus", "https://prometheus"),
            ("http://prometheus:9090", "http://prometheus.other:9090"),
            ("http://localhost:4318", "http://127.0.0.2:4318"),
            ("localhost:4317", "localhost:4318"),
        ] {
            assert!(!is_same_place(left, right), "{left} {right}");
        }
    }

    #[test]
    fn paths_are_taken_off() {
        assert_eq!(extract_path("http://tempo:3200/"), "");
        assert_eq!(extract_path("http://tempo:3200/tempo/?x=1"), "/tempo");
        assert_eq!(extract_path("tempo:3200/a/b"), "/a/b");
    }
}
