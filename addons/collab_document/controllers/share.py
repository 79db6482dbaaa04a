from werkzeug.exceptions import MethodNotAllowed

from odoo import http
from odoo.http import request

from ..events import tell
from .content import serve, serve_stamped, stamp_lines

#: The page of a link is for nobody's index, and its address for no other site
HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


class ShareController(http.Controller):
    """What somebody outside sees of a shared link: a page that needs no script."""

    @http.route("/collab/share/<token>", type="http", auth="public", methods=["GET"], sitemap=False)
    def page(self, token):
        """Show what the link is for; downloading takes a click, as programs that look into
        links in messages would use it up."""
        share = request.env["collab.document.share"]._find(token)
        if not share:
            return self._gone()
        return self._page(share, token)

    @http.route(
        "/collab/share/<token>/file", type="http", auth="public", methods=["POST"], sitemap=False
    )
    def file(self, token, password=None):
        """Send the published version, if the password is right and downloads are left."""
        if request.httprequest.method != "POST":
            # Odoo lets OPTIONS in, without a token against forgery
            raise MethodNotAllowed(["POST"])
        share = request.env["collab.document.share"]._find(token)
        if not share:
            return self._gone()
        # what is sent as a file is no password
        password = password if isinstance(password, str) else None
        if refusal := share._refusal(password):
            return self._page(share, token, refusal, 403)
        document = share.document_id
        version = document.published_id
        # first, as a file that cannot be made is no download
        response = self._file(share, document, version)
        if not share._count_download():
            # the last one went to another; the file is closed with the response that nobody gets
            return self._gone()
        # by nobody we know
        public = document.with_user(request.env.ref("base.public_user"))
        tell(public, "downloaded", share.label, version, share)
        response.headers.update(HEADERS | {"Cache-Control": "no-store"})
        return response

    def _file(self, share, document, version):
        name = document._file_name(version)
        if document.folder_id.watermark:
            lines = stamp_lines(document, share.label or share.create_uid.name)
            if answer := serve_stamped(version, name, lines, as_attachment=True):
                return answer
        return serve(version, name, as_attachment=True)

    def _page(self, share, token, problem=None, status=200):
        version = share.document_id.published_id
        return self._render(
            "collab_document.share_page",
            {"share": share, "token": token, "version": version, "problem": problem},
            status,
        )

    def _gone(self):
        # whether there ever was such a link is nothing to be told
        return self._render("collab_document.share_gone", {}, 404)

    def _render(self, template, values, status):
        response = request.render(template, values)
        response.status_code = status
        response.headers.update(HEADERS | {"Cache-Control": "no-store"})
        return response
