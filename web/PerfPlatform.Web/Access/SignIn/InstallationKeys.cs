using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.Repositories;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Web.Access.SignIn;

/// <summary>
/// The one key under which cookies and forms are sealed, made of the installation's secret: every replica has it from its first moment on, and nothing that is lost signs people out.
/// A new secret is a new key.
/// </summary>
internal sealed class InstallationKeys(InstallationSecret secret) : IXmlRepository
{
    private const int IdBytes = 16, KeyBytes = 64;

    // What a key ring asks for; older and younger than any installation.
    private static readonly DateTimeOffset Begin = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), End = new(9000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        // As XmlKeyManager writes and reads it.
        var descriptor = new AuthenticatedEncryptorDescriptor(new AuthenticatedEncryptorConfiguration(), new Secret(secret.Key("sessions", KeyBytes))).ExportToXml();
        return
        [
            new XElement(
                "key",
                new XAttribute("id", new Guid(secret.Key("sessions-id", IdBytes))),
                new XAttribute("version", 1),
                new XElement("creationDate", Begin),
                new XElement("activationDate", Begin),
                new XElement("expirationDate", End),
                new XElement("descriptor", new XAttribute("deserializerType", descriptor.DeserializerType.AssemblyQualifiedName!), descriptor.SerializedDescriptorElement)),
        ];
    }

    /// <summary>None is ever made besides.</summary>
    public void StoreElement(XElement element, string friendlyName) => throw new NotSupportedException("Sessions have the installation's own key.");
}
