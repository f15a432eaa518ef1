"""Words that tell the address of a program or of a role from a person's.

They count only together with a Reply-To that names a person: an address of these words without one may be a customer's.
"""

import re

#: Words in the local part of programs' addresses.
PROGRAMS = frozenset(
    "wordpress wp www webform webforms webmailer webserver apache nginx httpd iis php phpmailer cgi drupal joomla typo"
    " magento prestashop shopify shoptet woocommerce wix squarespace wpforms jotform typeform formspree elementor"
    " gravityforms cognitoforms ninjaforms webflow netlify hubspot mailchimp cpanel plesk smtp sys operator"
    " system server daemon cron robot bot auto automat automatic automated mailer mailform followup followups"
    " form forms formmail formular formulare formulář formulaire formulario formulár formularz űrlap kontaktformular"
    " contactform notification notifications notify notifier alert alerts benachrichtigung oznameni upozorneni"
    " powiadomienia notificacion notificaciones notifiche ertesites".split()
)
#: A word of several, in the local part of a form's address: ``onlineform``, ``formresponses``.
FORM_WORD = re.compile(
    r".+forms?|forms?(?:responses?|submissions?|entry|entries|mail|mailer|handler|processor|results?)"
)
#: Names and domains of programs that send for a web site. A person's name is none of them.
SITES = frozenset(
    "wordpress woocommerce magento prestashop shopify shoptet bigcommerce opencart drupal joomla typo3 squarespace"
    " typeform jotform formspree formstack wufoo cognitoforms wpforms gravityforms webflow netlify hubspot elementor"
    " webform kontaktformular formular formulář formularz formulaire formulario űrlap contactform".split()
)
#: A word in the name of a form: ``Acme form submission``, ``Kontaktformulář``.
FORM_NAME = re.compile(r"(?:web|online|contact|kontakt)?(?:form|forms|formul[^\W\d_]{2,6})|űrlap.{0,4}|フォーム")
#: Words in the local part of addresses that a shop or a web site shares. The same company's Reply-To is only another
#: address of its own.
ROLES = frozenset(
    "web website site webmaster shop eshop store order orders bestellung bestellungen objednavka objednavky commande"
    " commandes pedido pedidos ordine ordini zamowienie zamowienia sklep obchod rendeles contact contacts kontakt"
    " contacto contatto contato enquiry enquiries inquiry inquiries poptavka dotaz dotazy anfrage anfragen feedback"
    " message messages messaging marketplace booking bookings reservation reservations rezervace buchung newsletter"
    " member members invitation invitations service services".split()
)
#: Further such words, which count at our own domain only: elsewhere they are the address of a customer.
OWN_ROLES = frozenset(
    "info office admin administrator mail email post hello hallo ahoj support sales help helpdesk hotline servis team"
    " prodej obchod verkauf vertrieb buero sekretariat kancelar podpora ventas soporte ventes biuro".split()
)
#: Domains whose addresses belong to people of no company, so that a mailbox there makes nobody there a colleague.
SHARED_DOMAINS = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com yahoo.de yahoo.fr yahoo.co.uk yahoo.es"
    " yahoo.it ymail.com icloud.com me.com mac.com aol.com gmx.de gmx.net gmx.at gmx.ch gmx.com web.de t-online.de"
    " freenet.de posteo.de mailbox.org seznam.cz email.cz post.cz centrum.cz volny.cz atlas.cz azet.sk zoznam.sk"
    " proton.me protonmail.com pm.me tutanota.com fastmail.com zoho.com mail.com mail.ru yandex.ru yandex.com ukr.net"
    " libero.it virgilio.it tiscali.it orange.fr wanadoo.fr free.fr laposte.net sfr.fr wp.pl o2.pl onet.pl interia.pl"
    " freemail.hu citromail.hu abv.bg otenet.gr terra.es hotmail.es hotmail.fr hotmail.de hotmail.it ziggo.nl"
    " kpnmail.nl bluewin.ch telenet.be skynet.be 163.com 126.com qq.com sina.com"
    " naver.com daum.net rediffmail.com uol.com.br bol.com.br".split()
)
#: Headers of web sites' email functions, but not of webmail.
FORM_HEADERS = (
    ("X-PHP-Originating-Script", re.compile(r"(?!.*(?:rcube|squirrel|horde|webmail|imp/)).*\S", re.IGNORECASE)),
    ("X-PHP-Script", re.compile(r"(?!.*(?:roundcube|squirrel|horde|webmail|imp/)).*\S", re.IGNORECASE)),
    ("X-Mailer", re.compile(r".*(?:php|wordpress|drupal|joomla|typo3|swift)", re.IGNORECASE)),
)
