use super::super::keys::{self, KeyKind};
use super::super::samples::{build_files, parse_args, parse_env, trusted_file, untrusted_file};
use super::super::targets::{SettingNames, TlsNames};
use super::*;
use crate::config::{Auth, TlsSettings};

/// Who gives a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Giver {
    Flag,
    Variable,
    /// The user's own file.
    User,
    /// A file in the working directory.
    Stranger,
}

const GIVERS: [Giver; 4] = [Giver::Flag, Giver::Variable, Giver::User, Giver::Stranger];

/// What goes along to an address, or decides whom to trust there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Credential {
    Header,
    Token,
    TokenFile,
    Login,
    Key,
    Authority,
    SkipVerify,
}

const CREDENTIALS: [Credential; 7] = [
    Credential::Header,
    Credential::Token,
    Credential::TokenFile,
    Credential::Login,
    Credential::Key,
    Credential::Authority,
    Credential::SkipVerify,
];

/// Flags, variables and lines of the file that give something.
#[derive(Default, Clone)]
struct Given {
    flags: String,
    variables: String,
    user: String,
    stranger: String,
}

impl Given {
    /// One setting by one giver; `None` where it cannot be given so.
    fn put(&mut self, giver: Giver, setting: &SettingNames, flag: &str, variable: &str, line: &str) -> Option<()> {
        match giver {
            Giver::Flag if setting.flag.is_empty() => return None,
            Giver::Flag => self.flags += &format!(" {} {flag}", setting.flag),
            Giver::Variable => self.variables += &format!(" {}={variable}", setting.env.first()?),
            Giver::User | Giver::Stranger if setting.key.is_empty() => return None,
            Giver::User => self.user += &format!("{} = {line}\n", setting.key),
            Giver::Stranger => self.stranger += &format!("{} = {line}\n", setting.key),
        }
        Some(())
    }

    fn text(&mut self, giver: Giver, setting: &SettingNames, value: &str) -> Option<()> {
        self.put(giver, setting, value, value, &format!("{value:?}"))
    }

    fn resolve(&self) -> Result<Settings, ConfigErrors> {
        let from_file = match self.stranger.is_empty() {
            true => trusted_file(&self.user),
            false => untrusted_file(&self.stranger),
        };
        Settings::resolve(
            &parse_args(&self.flags),
            &parse_env(&self.variables),
            Some(&from_file),
            &build_files(),
        )
    }
}

type ReadCredentials = fn(&Settings) -> (Vec<Header>, Auth, TlsSettings);

/// An address of the settings, and how what was admitted for it is read.
struct Address {
    setting: SettingNames,
    headers: SettingNames,
    target: Option<&'static super::super::targets::TargetNames>,
    tls: TlsNames,
    read: ReadCredentials,
}

fn of_api(api: &ApiTarget) -> (Vec<Header>, Auth, TlsSettings) {
    (api.headers.clone(), api.auth.clone(), api.tls.clone())
}

fn addresses() -> Vec<Address> {
    let reads: [ReadCredentials; 5] = [
        |settings| of_api(&settings.tempo),
        |settings| of_api(&settings.prometheus),
        |settings| of_api(&settings.grafana),
        |settings| of_api(settings.loki.as_ref().expect("given")),
        |settings| of_api(settings.collector_metrics.as_ref().expect("given")),
    ];
    let targets = [&TEMPO, &PROMETHEUS, &GRAFANA, &LOKI, &COLLECTOR];
    let apis = targets.into_iter().zip(reads).map(|(target, read)| Address {
        setting: target.url,
        headers: target.headers,
        target: Some(target),
        tls: target.tls,
        read,
    });
    let pushed = |setting, read| Address {
        setting,
        headers: otlp_names::HEADERS,
        target: None,
        tls: otlp_names::TLS,
        read,
    };
    apis.chain([
        pushed(otlp_names::ENDPOINT, |settings| {
            (settings.otlp.headers.clone(), Auth::None, settings.otlp.tls.clone())
        }),
        pushed(otlp_names::TEMPO_RECEIVER, |settings| {
            let receiver = settings.tempo_otlp.as_ref().expect("given");
            (receiver.headers.clone(), Auth::None, receiver.tls.clone())
        }),
    ])
    .collect()
}

fn is_behind(address: &Address) -> bool {
    address.setting.key == otlp_names::TEMPO_RECEIVER.key
}

impl Credential {
    /// Gives it; `None` where it cannot be given so.
    fn give(self, given: &mut Given, giver: Giver, address: &Address) -> Option<()> {
        let target = address.target;
        match self {
            Credential::Header => {
                let pair = "X-Key=SECRET";
                given.put(giver, &address.headers, pair, pair, "{ X-Key = \"SECRET\" }")
            }
            Credential::Token if giver == Giver::Variable => {
                given.variables += &format!(" {}=SECRET", target?.token.first()?);
                Some(())
            }
            Credential::Token => None,
            // A file in the working directory may not name one at all.
            Credential::TokenFile | Credential::Key if giver == Giver::Stranger => None,
            Credential::TokenFile => given.text(giver, &target?.token_file, "/token-env"),
            Credential::Login => match giver {
                Giver::Flag => given.put(giver, &target?.user, "u:SECRET", "", ""),
                Giver::Variable => {
                    given.text(giver, &target?.user, "u")?;
                    given.variables += &format!(" {}=SECRET", target?.password.first()?);
                    Some(())
                }
                Giver::User => {
                    given.text(giver, &target?.user, "u")?;
                    given.text(giver, &target?.password_file, "/password")
                }
                Giver::Stranger => None,
            },
            Credential::Key => {
                given.text(giver, &address.tls.cert, "/cert")?;
                given.text(giver, &address.tls.key, "/key")
            }
            Credential::Authority => given.text(giver, &address.tls.ca_cert, "/ca-file"),
            Credential::SkipVerify => given.put(giver, &address.tls.skip_verify, "", "true", "true"),
        }
    }

    fn is_admitted(self, (headers, auth, tls): &(Vec<Header>, Auth, TlsSettings)) -> bool {
        match self {
            Credential::Header => !headers.is_empty(),
            Credential::Token | Credential::TokenFile => matches!(auth, Auth::Bearer { .. }),
            Credential::Login => matches!(auth, Auth::Basic { .. }),
            Credential::Key => tls.key.is_some() || tls.cert.is_some(),
            Credential::Authority => tls.ca_cert.is_some(),
            Credential::SkipVerify => tls.skip_verify.value,
        }
    }

    fn is_trust(self) -> bool {
        matches!(self, Credential::Authority | Credential::SkipVerify)
    }
}

#[test]
fn every_address_of_a_file_is_in_the_table() {
    let mut known: Vec<&str> = addresses().iter().map(|address| address.setting.key).collect();
    let mut all: Vec<&str> = keys::list_keys()
        .filter(|(_, kind)| *kind == KeyKind::Address)
        .map(|(key, _)| key)
        .collect();
    known.sort_unstable();
    all.sort_unstable();
    assert_eq!(known, all);
}

/// Every address, every credential, each from every place. What the user gives goes to what the user names, what a file in the
/// working directory gives to what that file names, and neither crosses over; but whom the user trusts may answer there.
#[test]
fn credentials_go_to_addresses_of_the_same_origin() {
    let mut rows = 0;
    for address in addresses() {
        for by in GIVERS {
            for credential in CREDENTIALS {
                for from in GIVERS {
                    let mut given = Given::default();
                    let both_files = [by, from].contains(&Giver::User) && [by, from].contains(&Giver::Stranger);
                    if both_files
                        || given.text(by, &address.setting, "https://somewhere:1").is_none()
                        || credential.give(&mut given, from, &address).is_none()
                    {
                        continue;
                    }
                    // The sender's own address comes from where the credential does, so it gets it.
                    if is_behind(&address) {
                        given.text(from, &otlp_names::ENDPOINT, "https://sender:1");
                    }
                    rows += 1;
                    let what = format!("{} by {by:?}, {credential:?} by {from:?}", address.setting.key);
                    let (theirs, strange) = (by == Giver::Stranger, from == Giver::Stranger);
                    let expected = theirs == strange || theirs && credential.is_trust() && !is_behind(&address);
                    match given.resolve() {
                        Ok(settings) => {
                            let admitted = credential.is_admitted(&(address.read)(&settings));
                            assert_eq!(admitted, expected, "{what}");
                            let told = settings.held_back().count();
                            assert_eq!(told > 0, !expected, "{what}: {:?}", settings.notes);
                            if is_behind(&address) {
                                let own = (settings.otlp.headers.clone(), Auth::None, settings.otlp.tls.clone());
                                assert!(credential.is_admitted(&own), "{what}: the sender's own");
                            }
                        }
                        Err(errors) => {
                            let refused = errors.to_string();
                            assert!(
                                from == Giver::Flag && !expected && !is_behind(&address),
                                "{what}: {refused}"
                            );
                            assert!(refused.contains("found in the working directory"), "{what}: {refused}");
                        }
                    }
                }
            }
        }
    }
    assert!(rows > 250, "{rows}");
}

#[test]
fn what_is_held_back_is_named_once_and_redacted() {
    let given = Given {
        variables: "OTEL_EXPORTER_OTLP_HEADERS=a=SECRETa,b=SECRETb".to_owned(),
        stranger: "tempo_otlp_endpoint = \"http://theirs:4318\"\n".to_owned(),
        ..Given::default()
    };
    let settings = given.resolve().expect("notes, no errors");
    let notes: Vec<String> = settings.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        [
            "note: OTEL_EXPORTER_OTLP_HEADERS: not sent to Tempo's own receiver: its address comes from tempoctl.toml:2 (context \
             prod), found in the working directory; pass --config tempoctl.toml if you trust it"
        ]
    );
    assert_eq!(settings.otlp.headers.len(), 2);
    assert_eq!(settings.redactor().redact("SECRETa SECRETb"), "redacted redacted");
}
