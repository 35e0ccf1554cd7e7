use super::*;
use proptest::prelude::*;

const GRAFANA: AddressDefaults = AddressDefaults {
    scheme: "http",
    port: Some(3000),
};

#[test]
fn reads_urls_and_bare_hosts() {
    for (text, expected) in [
        ("http://localhost:3200", "http://localhost:3200/"),
        ("localhost:3200", "http://localhost:3200/"),
        ("HTTPS://Tempo.Example/", "https://tempo.example/"),
        ("http://host/tempo/", "http://host/tempo"),
        ("http://host/tempo//", "http://host/tempo"),
        ("host:80/prefix", "http://host/prefix"),
        ("[::1]:3200", "http://[::1]:3200/"),
        ("http://[::1]", "http://[::1]/"),
        ("127.0.0.1:3200", "http://127.0.0.1:3200/"),
        ("my_tempo:3200", "http://my_tempo:3200/"),
        (" http://localhost:1 ", "http://localhost:1/"),
        ("http://host?x=1", "http://host/"),
    ] {
        let endpoint = parse_endpoint(text, AddressDefaults::HTTP).expect(text);
        assert_eq!(endpoint.url.as_str(), expected, "{text}");
    }
}

#[test]
fn a_port_is_assumed_only_where_nothing_but_a_host_is_written() {
    for (text, expected) in [
        ("grafana", "http://grafana:3000/"),
        ("grafana/prefix", "http://grafana:3000/prefix"),
        ("[::1]", "http://[::1]:3000/"),
        ("grafana:80", "http://grafana/"),
        ("http://grafana", "http://grafana/"),
        ("https://grafana", "https://grafana/"),
    ] {
        assert_eq!(
            parse_endpoint(text, GRAFANA).expect(text).url.as_str(),
            expected,
            "{text}"
        );
    }
}

#[test]
fn says_what_is_wrong_and_what_would_do() {
    for (text, message, suggestion) in [
        (
            "localhost:99999",
            "'localhost:99999' has no valid port (1 to 65535)",
            None,
        ),
        (
            "http://localhost:",
            "'http://localhost:' has no valid port (1 to 65535)",
            None,
        ),
        ("localhost:0", "'localhost:0' has no valid port (1 to 65535)", None),
        ("localhost:+80", "'localhost:…' has no valid port (1 to 65535)", None),
        (":3200", "':3200' has no host", Some("http://localhost:3200")),
        ("http://", "'http://' has no host", None),
        ("3200", "'3200' is a port without a host", Some("http://localhost:3200")),
        (
            "::1",
            "'::1' has more than one ':'; put an IPv6 address in brackets",
            Some("http://[::1]"),
        ),
        ("[::1", "'[::1' has a '[' without ']'", None),
        ("ftp://host", "'ftp://host' has a scheme other than http or https", None),
        (
            "grpc://host:4317",
            "'grpc://host:4317' has a scheme other than http or https",
            None,
        ),
        (
            "http:/host",
            "'http:/host' is missing a slash: write '://' after the scheme",
            None,
        ),
        ("a b", "'a b' has a space or control character", None),
        ("", "the address is empty", None),
    ] {
        let refused = parse_endpoint(text, AddressDefaults::HTTP).expect_err(text);
        assert_eq!(refused.message, message);
        assert_eq!(refused.suggestion.as_deref(), suggestion, "{text}");
    }
}

#[test]
fn a_login_is_split_off_and_decoded() {
    let endpoint = parse_endpoint("https://me%40x:p%2Fss@host:3200/t", AddressDefaults::HTTP).expect("an address");
    assert_eq!(endpoint.url.as_str(), "https://host:3200/t");
    let login = endpoint.login.clone().expect("a login");
    assert_eq!((login.user.as_str(), login.password.as_str()), ("me@x", "p/ss"));
    assert!(!format!("{endpoint:?}").contains("p/ss"));
}

#[test]
fn errors_show_no_login_and_no_query() {
    for text in [
        "http://u:s3cret@host:99999",
        "u:s3cret@host:x",
        "http://u:s3c/s3cret@host",
        "http://u:12/s3cret@host",
        "ftp://u:s3cret@host",
        "http://host:x?token=s3cret",
        "http://u:s3cret@ho st",
        "http://u:s3?cret@host:0/s3cret@x",
        "http:/u:s3cret@host",
        "http://u:s3cret",
        "u:s3cret",
        "http://v:w@u:s3cret/x",
        "[::1]:s3cret",
        "u:s3cret@host://x",
        "http://s3cret@",
    ] {
        let refused = parse_endpoint(text, AddressDefaults::HTTP).expect_err(text);
        assert!(!refused.message.contains("s3cret"), "{text}: {}", refused.message);
    }
}

#[test]
fn paths_go_under_the_prefix_or_to_the_root() {
    let base = parse_endpoint("http://host/tempo/", AddressDefaults::HTTP)
        .expect("an address")
        .url;
    assert_eq!(
        join_url_path(&base, "/api/search").as_str(),
        "http://host/tempo/api/search"
    );
    assert_eq!(replace_url_path(&base, "/ready").as_str(), "http://host/ready");
    assert_eq!(format_url(&replace_url_path(&base, "/")), "http://host");
    assert_eq!(format_url(&base), "http://host/tempo");
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".*") {
        let _ = parse_endpoint(&text, AddressDefaults::HTTP);
        let _ = mask_url(&text);
    }

    #[test]
    fn nearly_addresses_are_read_or_refused(text in "(https?:/{0,3})?[a-z0-9@:\\[\\]%.]{0,14}(:[0-9]{0,6})?[/?#@a-z]{0,9}") {
        let _ = parse_endpoint(&text, GRAFANA);
    }

    #[test]
    fn what_is_shown_reads_back(host in "[a-z][a-z0-9]{0,8}(\\.[a-z]{2,5})?", port in 1u16.., path in "(/[a-z]{1,6}){0,3}", tls: bool) {
        let scheme = if tls { "https" } else { "http" };
        let endpoint = parse_endpoint(&format!("{scheme}://{host}:{port}{path}/"), AddressDefaults::HTTP).expect("an address");
        let again = parse_endpoint(&format_url(&endpoint.url), AddressDefaults::HTTP).expect("shown addresses parse");
        prop_assert_eq!(&again.url, &endpoint.url);
        prop_assert_eq!(endpoint.url.port_or_known_default(), Some(port));
    }

    #[test]
    fn logins_never_show(password in "[A-Z0-9]{8,16}", before in "[a-z:]{0,4}", after in "([a-z:/?#@0-9]{0,8}|.{0,8})") {
        let text = format!("http://{before}{password}@{after}");
        match parse_endpoint(&text, AddressDefaults::HTTP) {
            Ok(endpoint) => {
                let debug = format!("{endpoint:?}");
                prop_assert!(!debug.contains(&password), "{debug}");
            }
            Err(refused) => prop_assert!(!refused.message.contains(&password), "{}", refused.message),
        }
    }
}
