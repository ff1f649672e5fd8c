package io.keyferry.keyspace.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.CertificateException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateDigestTest {
    /** Of {@code openssl x509 -outform der | sha256sum}. */
    private static final String DIGEST = "19eb0af71251828f60174190d7e20f16abf40cd5c50a7c0b30cfd23d0da01026";

    /** Of a key whose curve is told by its parameters, which Java does not take. */
    private static final String EXPLICIT = """
            -----BEGIN CERTIFICATE-----
            MIICcDCCAhegAwIBAgIUeWaTIj7aqIepfY+8D4BNjrCnoMEwCgYIKoZIzj0EAwIw
            EzERMA8GA1UEAwwIZXhwbGljaXQwIBcNMjYxMTI3MDE0NzExWhgPMjEyNjExMDMw
            MTQ3MTFaMBMxETAPBgNVBAMMCGV4cGxpY2l0MIIBSzCCAQMGByqGSM49AgEwgfcC
            AQEwLAYHKoZIzj0BAQIhAP////8AAAABAAAAAAAAAAAAAAAA////////////////
            MFsEIP////8AAAABAAAAAAAAAAAAAAAA///////////////8BCBaxjXYqjqT57Pr
            vVV2mIa8ZR0GsMxTsPY7zjw+J9JgSwMVAMSdNgiG5wSTamZ44ROdJreBn36QBEEE
            axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54W
            K84zV2sxXs7LtkBoN79R9QIhAP////8AAAAA//////////+85vqtpxeehPO5ysL8
            YyVRAgEBA0IABLGGQQ516nqsqyTBRrC8+jqgp/b/Qz6ghbXQ+9Jy6h8ep4p0bCdc
            GBYe5F8uhDN4N05+BSoY7ZzUm16Diq/jI12jUzBRMB0GA1UdDgQWBBQ/U9yO3vc4
            Le/6gJqenaynTFmpbjAfBgNVHSMEGDAWgBQ/U9yO3vc4Le/6gJqenaynTFmpbjAP
            BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIGCnY8v/mGRRqMBQHhH5
            Vr9H+r5hZku+hfgUksidz0H1AiBcNm3aFeXSXEQskwtpsgK9fU/pNBv41Sq8zsxx
            Z1u5sA==
            -----END CERTIFICATE-----
            """;

    /** The same with what {@code openssl x509 -trustout} puts behind it. */
    private static final String TRUSTED = """
            -----BEGIN TRUSTED CERTIFICATE-----
            MIICcDCCAhegAwIBAgIUeWaTIj7aqIepfY+8D4BNjrCnoMEwCgYIKoZIzj0EAwIw
            EzERMA8GA1UEAwwIZXhwbGljaXQwIBcNMjYxMTI3MDE0NzExWhgPMjEyNjExMDMw
            MTQ3MTFaMBMxETAPBgNVBAMMCGV4cGxpY2l0MIIBSzCCAQMGByqGSM49AgEwgfcC
            AQEwLAYHKoZIzj0BAQIhAP////8AAAABAAAAAAAAAAAAAAAA////////////////
            MFsEIP////8AAAABAAAAAAAAAAAAAAAA///////////////8BCBaxjXYqjqT57Pr
            vVV2mIa8ZR0GsMxTsPY7zjw+J9JgSwMVAMSdNgiG5wSTamZ44ROdJreBn36QBEEE
            axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54W
            K84zV2sxXs7LtkBoN79R9QIhAP////8AAAAA//////////+85vqtpxeehPO5ysL8
            YyVRAgEBA0IABLGGQQ516nqsqyTBRrC8+jqgp/b/Qz6ghbXQ+9Jy6h8ep4p0bCdc
            GBYe5F8uhDN4N05+BSoY7ZzUm16Diq/jI12jUzBRMB0GA1UdDgQWBBQ/U9yO3vc4
            Le/6gJqenaynTFmpbjAfBgNVHSMEGDAWgBQ/U9yO3vc4Le/6gJqenaynTFmpbjAP
            BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIGCnY8v/mGRRqMBQHhH5
            Vr9H+r5hZku+hfgUksidz0H1AiBcNm3aFeXSXEQskwtpsgK9fU/pNBv41Sq8zsxx
            Z1u5sDAMMAoGCCsGAQUFBwMB
            -----END TRUSTED CERTIFICATE-----
            """;

    @Test
    void isOfTheFirstCertificateAsOpensslHasIt() throws CertificateException {
        assertThat(CertificateDigest.of(EXPLICIT)).isEqualTo(DIGEST);
        assertThat(CertificateDigest.of("a comment\n" + EXPLICIT + EXPLICIT)).isEqualTo(DIGEST);
        assertThat(CertificateDigest.of(TRUSTED)).isEqualTo(DIGEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nothing",
                "-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----",
                "-----BEGIN CERTIFICATE-----\nMAA=",
                "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
                "-----BEGIN CERTIFICATE-----\n:::\n-----END CERTIFICATE-----",
                "-----BEGIN CERTIFICATE-----\nMYEB\n-----END CERTIFICATE-----",
                "-----BEGIN CERTIFICATE-----\nMIIBAAAA\n-----END CERTIFICATE-----",
            })
    void refusesWhatHoldsNone(String pem) {
        assertThatThrownBy(() -> CertificateDigest.of(pem)).isInstanceOf(CertificateException.class);
    }
}
